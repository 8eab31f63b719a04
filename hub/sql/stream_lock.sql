-- A stream's cursor, locked until the transaction ends.
-- $1 stream_id
select position, byte_offset, line from hub.stream where stream_id = $1::bigint for update
