-- Remember what came; what comes back is new, or not the same as before.  Each item once a call.
-- $1 source_id  $2 items  $3 digests  $4 named: t or f each
with asked as (
    select * from unnest($2::bigint[], $3::bigint[], $4::text[]) as a(item, digest, named)
), again as (
    update hub.seen s set seen_at = now() from asked a
    where s.source_id = $1::smallint and s.item = a.item and s.digest = a.digest
      and s.seen_at < now() - interval '1 day'
)
insert into hub.seen as s (source_id, item, digest, named)
select $1::smallint, item, digest, named::boolean from asked order by item
on conflict (source_id, item) do update set digest = excluded.digest, seen_at = now()
    where s.digest <> excluded.digest
returning item
