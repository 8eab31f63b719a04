-- Keep the texts of the files that a version of a source's mapping looks up in.
-- $1 source name  $2 hash  $3 {file: text}
update hub.mapping m set tables = $3::jsonb
from hub.source s
where s.name = $1 and m.source_id = s.source_id and m.hash = $2 and m.tables is null
