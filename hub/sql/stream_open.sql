-- Find or make a stream; its row stays locked until the transaction ends: one reader at a time.
-- $1 source_id  $2 name  $3 label
insert into hub.stream (source_id, name, label) values ($1::smallint, $2, $3)
on conflict (source_id, name) do update set label = hub.stream.label
returning stream_id, position, byte_offset, line, header, ended_at is not null, first_id
