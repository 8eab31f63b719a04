-- Ids that no longer stand for a customer of their own.  What they were goes; where their records were
-- is remembered, so that the ids can be resolved for ever.
-- $1 customer_ids  $2 event types
with gone as (
    delete from hub.golden where customer_id = any ($1::uuid[]) returning customer_id, version
), retired as (
    update hub.customer c
    set retired_at = now(), version = g.version + 1,
        records = array(select record_id from hub.link l where l.customer_id = c.customer_id
                        order by record_id)
    from gone g where c.customer_id = g.customer_id
    returning c.customer_id, c.version
)
insert into hub.outbox (customer_id, version, type)
select r.customer_id, r.version, t.type
from retired r join unnest($1::uuid[], $2::text[]) as t(customer_id, type) using (customer_id)
order by r.customer_id
