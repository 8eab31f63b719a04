-- Tasks about products that different customers registered for the same time, or too many at all: then
-- both records are the product's, and the customers none.
-- $1 thing_ids of products  $2 left and $3 right record_ids
-- $4 left and $5 right customers  $6 reasons  $7 priority
insert into hub.review as v (thing_id, left_id, right_id, weight, priority, kind, customer_ids, reason)
select product, l, r, 0, $7::integer, 'ownership',
       array_remove(array[lc, rc], '00000000-0000-0000-0000-000000000000'), reason
from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::uuid[], $5::uuid[], $6::text[])
    as t(product, l, r, lc, rc, reason)
on conflict (left_id, right_id) where closed_at is null
do update set thing_id = excluded.thing_id, customer_ids = excluded.customer_ids,
              reason = excluded.reason
where (v.thing_id, v.customer_ids, v.reason) is distinct from
      (excluded.thing_id, excluded.customer_ids, excluded.reason)
