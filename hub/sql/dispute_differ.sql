-- Products about which other tasks are open than should be.
-- $1 thing_ids of products  $2 thing_ids of products  $3 left and $4 right record_ids  $5 left and
-- $6 right customers and $7 reasons of what is disputed
select coalesce(w.product_id, v.thing_id)
from unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::uuid[], $6::uuid[], $7::text[])
    as w(product_id, left_id, right_id, one, other, reason)
full join (select * from hub.review where thing_id = any ($1::uuid[]) and closed_at is null) v
    on v.thing_id = w.product_id and v.left_id = w.left_id and v.right_id = w.right_id
where (v.customer_ids, v.reason) is distinct from
      (array_remove(array[w.one, w.other], '00000000-0000-0000-0000-000000000000'), w.reason)
