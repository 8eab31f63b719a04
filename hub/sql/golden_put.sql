-- Write golden records where they differ from what is there, and tell the followers.
-- $1 customer_ids  $2 record counts  $3 kinds  $4 display names  $5 documents  $6 lineages
with made as (
    select * from unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[])
        as m(customer_id, record_count, kind, display_name, doc, lineage)
), written as (
    insert into hub.golden as g (customer_id, version, record_count, kind, display_name, doc, lineage)
    select m.customer_id, c.version + 1, m.record_count, m.kind, m.display_name, m.doc::jsonb,
           m.lineage::jsonb
    from made m join hub.customer c using (customer_id)
    order by m.customer_id
    on conflict (customer_id) do update
    set version = g.version + 1, record_count = excluded.record_count, updated_at = now(),
        kind = excluded.kind, display_name = excluded.display_name, doc = excluded.doc,
        lineage = excluded.lineage
    where (g.record_count, g.kind, g.display_name, g.doc, g.lineage) is distinct from
          (excluded.record_count, excluded.kind, excluded.display_name, excluded.doc,
           excluded.lineage)
    returning customer_id, version, xmax = 0 as created
)
insert into hub.outbox (customer_id, version, type)
select customer_id, version, case when created then 'customer.created' else 'customer.changed' end
from written order by customer_id
