-- Pages of the base that may have some keys, and what was added or left since: a row has a page, or one posting.
-- $1 keys  $2 pages beside the first, at most  $3 postings added or left, at most
select k.at::integer, b.packed, null::bigint, null::integer, null::boolean
from unnest($1::bigint[], $2::integer[]) with ordinality as k(key, pages, at)
cross join lateral (select * from hub.posting_page
                    where last_key >= k.key
                    order by last_key, last_refine, last_record limit 1) f
cross join lateral (select f.packed
                    union all
                    (select p.packed from hub.posting_page p
                     where f.last_key = k.key and p.last_key = k.key
                       and (p.last_refine, p.last_record) > (f.last_refine, f.last_record)
                     order by p.last_key, p.last_refine, p.last_record limit k.pages)) b
where f.first_key <= k.key
union all
select k.at::integer, null, p.record_id, p.refine, p.gone
from unnest($1::bigint[], $3::integer[]) with ordinality as k(key, most, at)
cross join lateral (select record_id, refine, gone from hub.posting
                    where key = k.key limit k.most) p
