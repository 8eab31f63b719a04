-- Products that are not owned as they would be if that were decided anew.
-- $1 thing_ids of products  $2 thing_ids of products, $3 places, $4 registrations, $5 since, $6 until
select coalesce(w.product_id, o.product_id)
from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::text[], $6::text[])
    as w(product_id, place, registration_id, since, until)
full join (select * from hub.ownership where product_id = any ($1::uuid[])) o
    using (product_id, place)
where (o.registration_id, o.since, o.until) is distinct from (w.registration_id, w.since, w.until)
