-- New versions of records.
-- $1 record_ids  $2 content_hashes  $3 inbox_ids  $4 seqs  $5 mapping_ids  $6 versions
-- $7 regions  $8 effective times  $9 documents  $10 features  $11 packed blocking keys
-- $12 classes  $13 orders  $14 later deliveries that name them, or 0
update hub.record r
set content_hash = n.content_hash, inbox_id = n.inbox_id, seq = n.seq, mapping_id = n.mapping_id,
    version = n.version, class = n.class, region = n.region,
    effective_at = n.effective_at::timestamptz, doc = n.doc::jsonb, features = n.features,
    keys = n.keys, state = 0, source_order = n.source_order, listed = nullif(n.listed, 0),
    last_seen = now()
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::integer[], $6::integer[],
            $7::text[], $8::text[], $9::text[], $10::bytea[], $11::bytea[], $12::text[],
            $13::text[], $14::bigint[])
    as n(record_id, content_hash, inbox_id, seq, mapping_id, version, region, effective_at, doc,
         features, keys, class, source_order, listed)
where r.record_id = n.record_id
