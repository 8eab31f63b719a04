-- Open tasks about some records.
-- $1 record_ids
select review_id, left_id, right_id from hub.review
where closed_at is null and left_id = any ($1::bigint[])
union
select review_id, left_id, right_id from hub.review
where closed_at is null and right_id = any ($1::bigint[])
