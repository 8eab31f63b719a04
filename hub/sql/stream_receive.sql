-- So many more positions of a stream are in the inbox.
-- $1 stream_id  $2 how many
update hub.stream set received = received + $2::bigint where stream_id = $1::bigint
