-- The version that the hub works with; no row before the first time.
select m.model_id, m.hash, m.form, m.body, m.origin, m.base, hub.iso(m.made_at)
from hub.instance i join hub.model m on m.hash = i.model_hash
