-- What was added or left since the base was written, behind a posting, in order.
-- $1 key  $2 refine  $3 record_id  $4 how many
select key, refine, record_id, gone from hub.posting
where (key, refine, record_id) > ($1::bigint, $2::integer, $3::bigint)
order by key, refine, record_id
limit $4::integer
