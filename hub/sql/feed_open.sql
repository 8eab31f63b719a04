-- Find or make a stream that goes on for ever; its row stays locked until the transaction ends.
-- $1 source_id  $2 name  $3 label  $4 header
insert into hub.stream (source_id, name, label, header) values ($1::smallint, $2, $3, $4::bytea)
on conflict (source_id, name) do update set label = hub.stream.label
returning stream_id, position, cursor
