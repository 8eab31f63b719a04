-- The edges of some records.
-- $1 record_ids
select left_id, right_id, weight from hub.edge where left_id = any ($1::bigint[])
