-- Customers whose versions in the outbox have gaps, repeat, or do not end at the published one.
select o.customer_id
from (select customer_id, count(*) as events, count(distinct version) as versions,
             min(version) as first, max(version) as last
      from hub.outbox group by 1) o
left join hub.golden g using (customer_id)
left join hub.customer c using (customer_id)
where o.first <> 1 or o.events <> o.last or o.versions <> o.last
   or o.last <> coalesce(g.version, c.version)
