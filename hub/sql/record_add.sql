-- New records.  Fewer rows than records: somebody else added one of them at the same moment.
-- $1 record_ids  $2 content_hashes  $3 inbox_ids  $4 seqs  $5 mapping_ids  $6 versions
-- $7 source_ids  $8 classes  $9 keys  $10 parts  $11 regions  $12 effective times  $13 documents
-- $14 features  $15 packed blocking keys  $16 states  $17 orders  $18 later deliveries, or 0
insert into hub.record (record_id, content_hash, inbox_id, seq, mapping_id, version, source_id,
                        class, source_key, part, region, effective_at, doc, features, keys, state,
                        source_order, listed)
select record_id, content_hash, inbox_id, seq, mapping_id, version, source_id, class, source_key,
       part, region, effective_at::timestamptz, doc::jsonb, features, keys, state, source_order,
       nullif(listed, 0)
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::integer[], $6::integer[],
            $7::integer[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
            $13::text[], $14::bytea[], $15::bytea[], $16::integer[], $17::text[], $18::bigint[])
    as r(record_id, content_hash, inbox_id, seq, mapping_id, version, source_id, class,
         source_key, part, region, effective_at, doc, features, keys, state, source_order, listed)
order by record_id
on conflict do nothing
returning record_id
