-- Give every current customer record of a source a job: its customers' golden records are made anew.
-- $1 source name
insert into hub.job (record_id)
select r.record_id from hub.source s join hub.record r using (source_id)
where s.name = $1 and r.state = 0 and r.class = 'customer'
