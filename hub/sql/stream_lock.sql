-- A stream's cursor, locked until the transaction ends.
-- $1 stream_id
select position, byte_offset, line, first_id from hub.stream where stream_id = $1::bigint for update
