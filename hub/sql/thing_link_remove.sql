-- $1 record_ids
delete from hub.thing_link where record_id = any ($1::bigint[])
