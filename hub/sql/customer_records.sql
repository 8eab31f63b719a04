-- The source records of a customer.
-- $1 customer_id
select s.name, r.source_key, r.part, r.version, hub.iso(r.first_seen), hub.iso(r.last_seen)
from hub.link l
join hub.record r using (record_id)
join hub.source s using (source_id)
where l.customer_id = $1::uuid
order by s.name, r.source_key, r.part
