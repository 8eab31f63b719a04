-- Records that are not found by what identifies them.
-- $1 record_ids  $2 keys and $3 record_ids that should be there
select coalesce(w.record_id, k.record_id)
from unnest($2::bigint[], $3::bigint[]) as w(key, record_id)
full join (select * from hub.thing_key where record_id = any ($1::bigint[])) k using (key, record_id)
where w.record_id is null or k.record_id is null
