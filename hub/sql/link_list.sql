-- Whose records these are.
-- $1 record_ids
select record_id, customer_id from hub.link where record_id = any ($1::bigint[])
