-- Say where the next pull goes on.
-- $1 stream_id  $2 cursor
update hub.stream set cursor = $2 where stream_id = $1::bigint
