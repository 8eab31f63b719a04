-- axle.source: where records come from.
select s.name, s.trust, m.hash as mapping_hash, m.loaded_at as mapping_loaded_at, s.created_at
from hub.source s
left join hub.mapping m using (mapping_id)
