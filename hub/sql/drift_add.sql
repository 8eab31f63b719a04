-- Records of a batch that were not as their mapping expects; the backend's number picks the row.  Nothing
-- when the source has another mapping by now.
-- $1 source_id  $2 mapping_id  $3 fields  $4 kinds, in step  $5 records
insert into hub.drift as d (source_id, field, kind, shard, records)
select $1::smallint, n.field, n.kind, pg_backend_pid() % 16, n.records
from unnest($3::text[], $4::text[], $5::integer[]) as n(field, kind, records)
join hub.source s on s.source_id = $1::smallint and s.mapping_id = $2::integer
order by n.field collate "C", n.kind
on conflict (source_id, field, kind, shard) do update
set records = d.records + excluded.records, last_seen = now()
