-- Move such a stream on, in the transaction that put its records into the inbox.
-- $1 stream_id  $2 position  $3 received
update hub.stream set position = greatest(position, $2::bigint), received = received + $3::bigint
where stream_id = $1::bigint
