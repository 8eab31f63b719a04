-- The documents of current records.
-- $1 record_ids
select record_id, doc::text, class, region, hub.iso(effective_at), mapping_id
from hub.record where record_id = any ($1::bigint[]) and state = 0
