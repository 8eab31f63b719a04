-- Put records behind all others of a stream that nobody reads again: what feed_open, inbox_add and feed_advance do,
-- in one statement, for what comes a few at a time.
-- $1 source_id  $2 name  $3 label  $4 lines  $5 bodies
with stream as (
    insert into hub.stream as s (source_id, name, label, header, position, received)
    values ($1::smallint, $2, $3, ''::bytea, cardinality($4::integer[]), cardinality($4::integer[]))
    on conflict (source_id, name) do update
    set position = s.position + excluded.position, received = s.received + excluded.received
    returning stream_id, position
), delivery as materialized (
    select nextval('hub.inbox_inbox_id_seq') as inbox_id, stream_id, line, body,
           position - cardinality($4::integer[]) + ordinal as position
    from stream, unnest($4::integer[], $5::bytea[]) with ordinality as d(line, body, ordinal)
), added as (
    insert into hub.inbox (inbox_id, stream_id, source_id, position, line) overriding system value
    select inbox_id, stream_id, $1::smallint, position, line from delivery
), kept as (
    insert into hub.payload (inbox_id, body) select inbox_id, body from delivery
), queued as (
    insert into hub.pending (inbox_id) select inbox_id from delivery
)
select stream_id, position from stream
