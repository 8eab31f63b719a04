-- Deliveries that were set aside before have passed.
-- $1 inbox_ids
delete from hub.reject where inbox_id = any ($1::bigint[])
