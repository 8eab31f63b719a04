-- Open tasks about some records.
-- $1 record_ids
with asked as (select * from unnest($1::bigint[]) as a(record_id))
select review_id, left_id, right_id from asked join hub.review on left_id = record_id
where closed_at is null
union
select review_id, left_id, right_id from asked join hub.review on right_id = record_id
where closed_at is null
