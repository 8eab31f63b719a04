-- Parts that their source no longer has.
-- $1 record_ids  $2 seqs  $3 versions
update hub.record r
set state = 1, version = n.version, seq = n.seq, keys = '', last_seen = now()
from unnest($1::bigint[], $2::bigint[], $3::integer[]) as n(record_id, seq, version)
where r.record_id = n.record_id
