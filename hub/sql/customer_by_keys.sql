-- A page of the customers with a record that holds one of these blocking keys.
-- $1 keys  $2 the customer_id to go on behind  $3 how many
select g.customer_id, g.display_name, g.doc::text
from (
    select distinct l.customer_id
    from hub.posting p join hub.link l using (record_id)
    where p.key = any ($1::bigint[]) and l.customer_id > $2::uuid
    order by l.customer_id
    limit $3::integer
) c
join hub.golden g using (customer_id)
order by g.customer_id
