-- Comparison vectors and blocking keys made anew.
-- $1 record_ids  $2 features  $3 packed blocking keys
update hub.record r set features = n.features, keys = n.keys
from unnest($1::bigint[], $2::bytea[], $3::bytea[]) as n(record_id, features, keys)
where r.record_id = n.record_id
