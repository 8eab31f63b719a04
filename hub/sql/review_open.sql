-- $1 left ids  $2 right ids  $3 weights  $4 priorities  $5 reasons  $6 left customers  $7 right customers
insert into hub.review (left_id, right_id, weight, priority, kind, customer_ids, reason)
select l, r, w, p, 'possible_match', array[lc, rc], reason
from unnest($1::bigint[], $2::bigint[], $3::integer[], $4::integer[], $5::text[], $6::uuid[],
            $7::uuid[]) as t(l, r, w, p, reason, lc, rc)
on conflict (left_id, right_id) where closed_at is null
do update set weight = excluded.weight, priority = excluded.priority, reason = excluded.reason,
              customer_ids = excluded.customer_ids
