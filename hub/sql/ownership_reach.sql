-- Registrations of those things that are products, by customers whose records are there: not more
-- of each than asked for, whichever they are.  One that was cancelled says nothing about owners.
-- $1 thing_ids  $2 how many of each at most
select o.thing_id, r.thing_id, r.customer_record_id
from unnest($1::uuid[]) as w(product_id)
join hub.thing o on o.thing_id = w.product_id and o.class = 'product'
cross join lateral (
    select t.thing_id, t.customer_record_id
    from hub.thing_link p
    join hub.thing_relation n on n.to_id = p.record_id and n.role = 'product'
    join hub.thing t on t.thing_id = n.thing_id and t.class = 'registration'
    join hub.record c on c.record_id = t.customer_record_id
    where p.thing_id = w.product_id and t.doc ->> 'status' is distinct from 'cancelled'
    limit $2::bigint) as r
