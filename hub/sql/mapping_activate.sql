-- Make a version the live one of its source; no row when it is that already.
-- $1 source name  $2 hash  $3 trust  $4 connector
update hub.source s set mapping_id = m.mapping_id, trust = $3::smallint, connector = $4
from hub.mapping m
where s.name = $1 and m.source_id = s.source_id and m.hash = $2
  and (s.mapping_id, s.trust) is distinct from (m.mapping_id, $3::smallint)
returning s.source_id
