-- Tasks about two customers, or about one: then both are the same.  One that is open goes on.
-- $1 left and $2 right record_ids  $3 weights  $4 priorities  $5 kinds  $6 reasons  $7 left and $8 right customers
insert into hub.review as v (left_id, right_id, weight, priority, kind, customer_ids, reason)
select l, r, w, p, kind, case when lc = rc then array[lc] else array[lc, rc] end, reason
from unnest($1::bigint[], $2::bigint[], $3::integer[], $4::integer[], $5::text[], $6::text[],
            $7::uuid[], $8::uuid[]) as t(l, r, w, p, kind, reason, lc, rc)
order by l, r
on conflict (left_id, right_id) where closed_at is null
do update set weight = excluded.weight, priority = excluded.priority, kind = excluded.kind,
              reason = excluded.reason, customer_ids = excluded.customer_ids
where (v.weight, v.priority, v.kind, v.reason, v.customer_ids) is distinct from
      (excluded.weight, excluded.priority, excluded.kind, excluded.reason, excluded.customer_ids)
