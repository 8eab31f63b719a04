-- What golden records are made of: the current records of some customers.
-- $1 customer_ids
select l.customer_id, r.record_id, s.name, r.source_key, r.part, r.class, r.region,
       hub.iso(r.effective_at), s.trust, r.doc::text
from hub.link l
join hub.record r using (record_id)
join hub.source s using (source_id)
where l.customer_id = any ($1::uuid[])
order by l.customer_id, r.record_id
