-- Give every current record of a source a job: what its values are trusted for is made anew.
-- $1 source name
insert into hub.job (record_id, kind)
select r.record_id, case when r.class = 'customer' then 0 else 3 end
from hub.source s join hub.record r using (source_id)
where s.name = $1 and r.state = 0
