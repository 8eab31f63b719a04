-- A page of the customers whose display name has all words of this one.  The words come first: the
-- planner would rather walk through all ids behind the page's first.
-- $1 name  $2 the customer_id to go on behind  $3 how many
with fits as materialized (
    select customer_id from hub.golden where hub.name_words(display_name) @> hub.name_words($1)
)
select g.customer_id, g.display_name, g.doc::text
from (
    select customer_id from fits
    where customer_id > $2::uuid
    order by customer_id
    limit $3::integer
) c
join hub.golden g using (customer_id)
order by g.customer_id
