-- Parts that their source no longer has.
-- $1 record_ids  $2 seqs  $3 versions  $4 orders  $5 later deliveries that name them, or 0
update hub.record r
set state = 1, version = n.version, seq = n.seq, source_order = n.source_order,
    listed = nullif(n.listed, 0), keys = '', last_seen = now()
from unnest($1::bigint[], $2::bigint[], $3::integer[], $4::text[], $5::bigint[])
    as n(record_id, seq, version, source_order, listed)
where r.record_id = n.record_id
