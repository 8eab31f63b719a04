-- Which customer each record is, in no order.
declare reader no scroll cursor for
select s.name, r.source_key, r.part, l.customer_id
from hub.link l
join hub.record r using (record_id)
join hub.source s using (source_id)
where r.state = 0
