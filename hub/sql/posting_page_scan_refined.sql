-- The same of keys with a given refine.
-- $1 keys  $2 refines  $3 pages beside the first, at most  $4 postings added or left, at most
select k.at::integer, b.packed, null::bigint, null::integer, null::boolean
from unnest($1::bigint[], $2::integer[], $3::integer[])
     with ordinality as k(key, refine, pages, at)
cross join lateral (select * from hub.posting_page
                    where (last_key, last_refine) >= (k.key, k.refine)
                    order by last_key, last_refine, last_record limit 1) f
cross join lateral (select f.packed
                    union all
                    (select p.packed from hub.posting_page p
                     where f.last_key = k.key and f.last_refine = k.refine
                       and p.last_key = k.key and p.last_refine = k.refine
                       and p.last_record > f.last_record
                     order by p.last_key, p.last_refine, p.last_record limit k.pages)) b
where f.first_key <= k.key
union all
select k.at::integer, null, p.record_id, p.refine, p.gone
from unnest($1::bigint[], $2::integer[], $4::integer[])
     with ordinality as k(key, refine, most, at)
cross join lateral (select record_id, refine, gone from hub.posting
                    where key = k.key and refine = k.refine limit k.most) p
