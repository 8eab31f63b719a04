-- Lock some records in id order, and say which version of each that is.
-- $1 record_ids
select record_id, version, state from hub.record
where record_id = any ($1::bigint[])
order by record_id
for update
