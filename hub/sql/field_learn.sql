-- Something new about fields; what two workers learn adds up.  Sorted, so that they wait in one order.
-- $1 source_id  $2 fields  $3 kinds  $4 records that had it  $5 that were readable  $6 optional: 1, or 0
-- $7 gone: 1, or 0
insert into hub.field as f (source_id, field, kinds, seen, readable, optional, gone)
select $1::smallint, field, kinds, seen, readable, optional = 1, gone = 1
from unnest($2::text[], $3::integer[], $4::integer[], $5::integer[], $6::integer[], $7::integer[])
    as n(field, kinds, seen, readable, optional, gone)
order by field collate "C"
on conflict (source_id, field) do update
set kinds = f.kinds | excluded.kinds, seen = least(f.seen + excluded.seen, 20),
    readable = least(f.readable + excluded.readable, 20),
    optional = f.optional or excluded.optional, gone = excluded.gone
