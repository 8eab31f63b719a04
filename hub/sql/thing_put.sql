-- Write things where they differ from what is there.
-- $1 thing_ids  $2 classes  $3 record_ids of the leads  $4 and of the customers, or 0  $5 record counts
-- $6 documents  $7 lineages
insert into hub.thing as t (thing_id, class, lead_id, customer_record_id, record_count, doc, lineage)
select m.thing_id, m.class, m.lead_id, nullif(m.customer, 0), m.record_count, m.doc::jsonb,
       m.lineage::jsonb
from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::integer[], $6::text[], $7::text[])
    as m(thing_id, class, lead_id, customer, record_count, doc, lineage)
order by m.thing_id
on conflict (thing_id) do update
set class = excluded.class, lead_id = excluded.lead_id,
    customer_record_id = excluded.customer_record_id, record_count = excluded.record_count,
    updated_at = now(), doc = excluded.doc, lineage = excluded.lineage
where (t.class, t.lead_id, t.customer_record_id, t.record_count, t.doc, t.lineage) is distinct from
      (excluded.class, excluded.lead_id, excluded.customer_record_id, excluded.record_count,
       excluded.doc, excluded.lineage)
