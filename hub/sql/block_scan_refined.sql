-- Who holds some keys with a given refine, at most so many each.
-- $1 keys  $2 refines  $3 how many at most
select k.at::integer, p.record_id, p.refine
from unnest($1::bigint[], $2::integer[], $3::integer[]) with ordinality as k(key, refine, most, at)
cross join lateral (select record_id, refine from hub.posting
                    where key = k.key and refine = k.refine limit k.most) p
