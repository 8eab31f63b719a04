-- Every source with its live mapping.
select s.source_id, s.name, s.mapping_id, m.body, s.trust, m.tables::text
from hub.source s join hub.mapping m using (mapping_id)
order by s.source_id
