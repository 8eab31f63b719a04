-- Current records of a customer, as record_find gives them.
-- $1 customer_id
select r.record_id, s.name, r.source_key, r.part, l.customer_id
from hub.link l
join hub.record r using (record_id)
join hub.source s using (source_id)
where l.customer_id = $1::uuid and r.state = 0
order by r.record_id
