-- A page of the customers that some records are of.  The records come first: the planner would rather walk
-- through all ids behind the page's first.
-- $1 record_ids  $2 the customer_id to go on behind  $3 how many
with holders as materialized (
    select customer_id from hub.link where record_id = any ($1::bigint[])
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
