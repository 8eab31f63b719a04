-- Postings that ought to be there and are not.
-- $1 keys  $2 refines  $3 record_ids
select d.record_id
from unnest($1::bigint[], $2::integer[], $3::bigint[]) as d(key, refine, record_id)
where not exists (select from hub.posting p where p.key = d.key and p.refine = d.refine
                  and p.record_id = d.record_id)
