-- $1 record_ids
delete from hub.thing_key where record_id = any ($1::bigint[])
