-- Write things where they differ from what is there.
-- $1 thing_ids  $2 classes  $3 record_ids of the leads  $4 and of the customers, or 0  $5 documents
-- $6 lineages  $7 visitors, or 0  $8 moments
insert into hub.thing as t (thing_id, class, lead_id, customer_record_id, doc, lineage, visitor, moment)
select m.thing_id, m.class, m.lead_id, nullif(m.customer, 0), m.doc::jsonb, m.lineage::jsonb,
       nullif(m.visitor, 0), m.moment
from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::text[])
    as m(thing_id, class, lead_id, customer, doc, lineage, visitor, moment)
order by m.thing_id
on conflict (thing_id) do update
set class = excluded.class, lead_id = excluded.lead_id,
    customer_record_id = excluded.customer_record_id,
    updated_at = now(), doc = excluded.doc, lineage = excluded.lineage,
    visitor = excluded.visitor, moment = excluded.moment,
    stitched_record_id = case when excluded.customer_record_id is null and excluded.visitor is not null
                              then t.stitched_record_id end
where (t.class, t.lead_id, t.customer_record_id, t.doc, t.lineage, t.visitor, t.moment) is distinct from
      (excluded.class, excluded.lead_id, excluded.customer_record_id, excluded.doc, excluded.lineage,
       excluded.visitor, excluded.moment)
