-- Put deliveries that cannot even be cut from their stream into the inbox, as rejects.
-- $1 stream_id  $2 source_id  $3 positions  $4 lines  $5 columns  $6 stages  $7 codes  $8 messages
-- $9 first bytes  $10 whole lengths  $11 SHA-256 of the whole, where bytes are missing
-- $12 first_id of the stream, or null
with delivery as (
    select * from unnest($3::bigint[], $4::integer[], $5::integer[], $6::text[], $7::text[],
                         $8::text[], $9::bytea[], $10::bigint[], $11::text[])
        as d(position, line, col, stage, code, message, raw, length, hash)
), added as (
    insert into hub.inbox (inbox_id, stream_id, source_id, position, line, state)
    overriding system value
    select coalesce($12::bigint + position, nextval('hub.inbox_inbox_id_seq')), $1::bigint,
           $2::smallint, position, line, 1
    from delivery order by position
    on conflict (stream_id, position) do nothing
    returning inbox_id, position
), noted as (
    insert into hub.reject (inbox_id, source_id, stage, code, message, line, "column", raw, length,
                            hash)
    select inbox_id, $2::smallint, stage, code, message, nullif(line, 0), nullif(col, 0), raw,
           length, hash
    from added join delivery using (position) order by position
)
select count(*) from added
