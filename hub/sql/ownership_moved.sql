-- Decide anew who owns the products that some customers' records registered.
-- $1 record_ids of customers  $2 kind of job
insert into hub.job (record_id, kind)
select distinct n.to_id, $2::smallint
from hub.thing t
join hub.thing_relation n using (thing_id)
where t.customer_record_id = any ($1::bigint[]) and t.class = 'registration' and n.role = 'product'
