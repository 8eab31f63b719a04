-- Registrations of those things that are products: by which record, by whom, and since when.  One that
-- was cancelled says nothing about owners.
-- $1 thing_ids
select p.thing_id, t.thing_id, t.lead_id, l.customer_id, t.doc ->> 'purchase_date'
from hub.thing_link p
join hub.thing o on o.thing_id = p.thing_id and o.class = 'product'
join hub.thing_relation n on n.to_id = p.record_id and n.role = 'product'
join hub.thing t on t.thing_id = n.thing_id and t.class = 'registration'
left join hub.link l on l.record_id = t.customer_record_id
where p.thing_id = any ($1::uuid[]) and t.doc ->> 'status' is distinct from 'cancelled'
order by p.thing_id, t.lead_id
