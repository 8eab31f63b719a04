-- Tasks about products whose registrations dispute nothing any more.
-- $1 thing_ids of products  $2 thing_ids of products  $3 left and $4 right record_ids  $5 left and
-- $6 right customers and $7 reasons of what is disputed
with wanted as (
    select * from unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::uuid[], $6::uuid[], $7::text[])
        as w(product_id, left_id, right_id, one, other, reason)
)
update hub.review v set state = 'closed', closed_at = now()
where v.thing_id = any ($1::uuid[]) and v.closed_at is null
  and not exists (select from wanted w where w.left_id = v.left_id and w.right_id = v.right_id)
