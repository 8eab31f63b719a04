-- A page of the customers with a record that holds one of these blocking keys.  The keys come first:
-- the planner would rather walk through all ids behind the page's first.
-- $1 keys  $2 the customer_id to go on behind  $3 how many
with holders as materialized (
    select l.customer_id
    from hub.posting p join hub.link l using (record_id)
    where p.key = any ($1::bigint[])
)
select g.customer_id, g.display_name, g.doc::text
from (
    select distinct customer_id from holders
    where customer_id > $2::uuid
    order by customer_id
    limit $3::integer
) c
join hub.golden g using (customer_id)
order by g.customer_id
