-- A version by its number.
-- $1 number
select m.model_id, m.hash, m.form, m.body, m.origin, m.base, hub.iso(m.made_at)
from hub.model m where m.model_id = $1::integer
