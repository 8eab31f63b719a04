-- Keep the versions that are about to be replaced.
-- $1 record_ids
insert into hub.record_version (record_id, version, inbox_id, mapping_id, state, effective_at, doc)
select record_id, version, inbox_id, mapping_id, state, effective_at, doc
from hub.record where record_id = any ($1::bigint[])
