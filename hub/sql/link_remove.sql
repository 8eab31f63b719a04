-- $1 record_ids
delete from hub.link where record_id = any ($1::bigint[])
