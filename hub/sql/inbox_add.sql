-- Put raw records into the inbox; a position that is there already is passed over.  The stream is locked
-- by who calls: behind its last position nobody else adds any.
-- $1 stream_id  $2 source_id  $3 positions  $4 lines  $5 bodies  $6 first_id of the stream, or null
with delivery as materialized (
    select coalesce($6::bigint + d.position, nextval('hub.inbox_inbox_id_seq')) as inbox_id, d.*
    from unnest($3::bigint[], $4::integer[], $5::bytea[]) as d(position, line, body)
    where d.position > (select coalesce(max(i.position), -1) from hub.inbox i
                        where i.stream_id = $1::bigint)
       or not exists (select from hub.inbox i
                      where i.stream_id = $1::bigint and i.position = d.position)
), added as (
    insert into hub.inbox (inbox_id, stream_id, source_id, position, line) overriding system value
    select inbox_id, $1::bigint, $2::smallint, position, line from delivery
), kept as (
    insert into hub.payload (inbox_id, body) select inbox_id, body from delivery
), queued as (
    insert into hub.pending (inbox_id) select inbox_id from delivery
)
select count(*) from delivery
