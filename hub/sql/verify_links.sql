-- Records that are linked wrongly: current ones without a link, links of records that are not current,
-- links to an id that is not a living customer.  Records with a job are still on their way, or were set aside.
select coalesce(r.record_id, l.record_id)
from (select record_id from hub.record where state = 0 and class = 'customer') r
full join hub.link l using (record_id)
left join hub.customer c on c.customer_id = l.customer_id
where (r.record_id is null or l.record_id is null or c.customer_id is null
       or c.retired_at is not null)
  and not exists (select from hub.job j where j.record_id = coalesce(r.record_id, l.record_id))
  and not exists (select from hub.partial p where p.record_id = r.record_id and 'crash' = any (p.skipped))
