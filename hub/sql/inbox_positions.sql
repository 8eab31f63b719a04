-- Which positions of a stream are in the inbox, from one to another.
-- $1 stream_id  $2 from  $3 to
select position from hub.inbox
where stream_id = $1::bigint and position between $2::bigint and $3::bigint
