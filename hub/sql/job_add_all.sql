-- Give every current customer record a job.
-- $1 kind
insert into hub.job (record_id, kind)
select record_id, $1::smallint from hub.record where state = 0 and class = 'customer'
