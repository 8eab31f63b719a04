-- Put raw records into the inbox; a position that is there already is passed over.
-- $1 stream_id  $2 source_id  $3 positions  $4 lines  $5 bodies
with delivery as (
    select * from unnest($3::bigint[], $4::integer[], $5::bytea[]) as d(position, line, body)
), added as (
    insert into hub.inbox (stream_id, source_id, position, line)
    select $1::bigint, $2::smallint, position, line from delivery order by position
    on conflict (stream_id, position) do nothing
    returning inbox_id, position
), kept as (
    insert into hub.payload (inbox_id, body)
    select inbox_id, body from added join delivery using (position)
), queued as (
    insert into hub.pending (inbox_id) select inbox_id from added
)
select count(*) from added
