-- Move a stream's cursor, in the transaction that put its records into the inbox.
-- $1 stream_id  $2 position  $3 byte_offset  $4 line  $5 header  $6 received  $7 ended
update hub.stream
set position = $2::bigint, byte_offset = $3::bigint, line = $4::integer, header = $5::bytea,
    received = received + $6::bigint, ended_at = case when $7::boolean then now() end
where stream_id = $1::bigint
