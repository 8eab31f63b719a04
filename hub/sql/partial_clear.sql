-- Records whose resolution is full, or that are gone.
-- $1 record_ids
delete from hub.partial where record_id = any ($1::bigint[])
