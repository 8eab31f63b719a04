-- Customers whose versions in the outbox have gaps, repeat, or do not end at the published one.  What was there
-- when the hub was loaded is told by the event of all.
select coalesce(o.customer_id, g.customer_id)
from (select customer_id, count(*) as events, count(distinct version) as versions,
             min(version) as first, max(version) as last
      from hub.outbox where customer_id is not null group by 1) o
full join hub.golden g using (customer_id)
left join hub.customer c using (customer_id)
where (o.first is distinct from 1 and not exists (select from hub.outbox where customer_id is null))
   or o.events <> o.last - o.first + 1 or o.versions <> o.events
   or o.last <> coalesce(g.version, c.version)
