-- Who holds some keys, at most so many each.
-- $1 keys  $2 how many at most
select k.at::integer, p.record_id, p.refine
from unnest($1::bigint[], $2::integer[]) with ordinality as k(key, most, at)
cross join lateral (select record_id, refine from hub.posting
                    where key = k.key limit k.most) p
