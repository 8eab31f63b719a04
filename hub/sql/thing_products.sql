-- What products some registrations speak of so far, and what products some things are so far.
-- $1 thing_ids
select n.to_id
from hub.thing_relation n join hub.thing t using (thing_id)
where n.thing_id = any ($1::uuid[]) and n.role = 'product' and t.class = 'registration'
union all
select t.lead_id from hub.thing t
where t.thing_id = any ($1::uuid[]) and t.class = 'product'
