-- What products some registrations speak of.
-- $1 thing_ids
select n.to_id
from hub.thing_relation n join hub.thing t using (thing_id)
where n.thing_id = any ($1::uuid[]) and n.role = 'product' and t.class = 'registration'
