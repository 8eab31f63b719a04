-- Who owned some products, in place of what was said before.
-- $1 thing_ids of products  $2 thing_ids of products, $3 places, $4 registrations, $5 since, $6 until
with wanted as (
    select * from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::text[], $6::text[])
        as w(product_id, place, registration_id, since, until)
), gone as (
    delete from hub.ownership o
    where o.product_id = any ($1::uuid[])
      and not exists (select from wanted w where w.product_id = o.product_id and w.place = o.place)
)
insert into hub.ownership as o (product_id, place, registration_id, since, until)
select product_id, place, registration_id, since, until from wanted
on conflict (product_id, place) do update
set registration_id = excluded.registration_id, since = excluded.since, until = excluded.until
where (o.registration_id, o.since, o.until) is distinct from
      (excluded.registration_id, excluded.since, excluded.until)
