-- Keep versions that were replaced before they were ever stored: two of one record in one batch.
-- $1 record_ids  $2 versions  $3 inbox_ids  $4 mapping_ids  $5 effective times  $6 documents
insert into hub.record_version (record_id, version, inbox_id, mapping_id, state, effective_at, doc)
select record_id, version, inbox_id, mapping_id, 0, effective_at::timestamptz, doc::jsonb
from unnest($1::bigint[], $2::integer[], $3::bigint[], $4::integer[], $5::text[], $6::text[])
    as v(record_id, version, inbox_id, mapping_id, effective_at, doc)
