-- Keep customers' records where they are until the transaction ends: whoever moves them holds them locked.
-- $1 record_ids
select record_id from hub.record
where record_id = any ($1::bigint[])
order by record_id
for share
