-- How far a snapshot is swept.
-- $1 stream_id  $2 key  $3 how many more records were deleted
update hub.stream set sweep_key = $2, swept = coalesce(swept, 0) + $3::bigint
where stream_id = $1::bigint
