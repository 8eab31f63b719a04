-- Customers without a golden record, golden records without a customer, wrong record counts, versions
-- that the id's own does not admit.
select coalesce(c.customer_id, g.customer_id)
from (select customer_id from hub.customer where retired_at is null) c
full join hub.golden g using (customer_id)
full join (select customer_id, count(*) as records from hub.link group by 1) l using (customer_id)
where c.customer_id is null or g.customer_id is null or l.records is distinct from g.record_count
