-- Which things some records are.
-- $1 record_ids
select record_id, thing_id from hub.thing_link where record_id = any ($1::bigint[])
