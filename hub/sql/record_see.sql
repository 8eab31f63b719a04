-- Records that were delivered again without a change.
-- $1 record_ids  $2 seqs  $3 versions
update hub.record r set seq = n.seq, last_seen = now()
from unnest($1::bigint[], $2::bigint[], $3::integer[]) as n(record_id, seq, version)
where r.record_id = n.record_id
