-- Things that are not what they would be if they were made anew.
-- $1 thing_ids  $2 classes  $3 record_ids of the leads  $4 and of the customers, or 0  $5 documents
-- $6 lineages  $7 visitors, or 0  $8 moments
select m.thing_id
from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::text[])
    as m(thing_id, class, lead_id, customer, doc, lineage, visitor, moment)
left join hub.thing t using (thing_id)
where (t.class, t.lead_id, coalesce(t.customer_record_id, 0), t.doc, t.lineage, coalesce(t.visitor, 0), t.moment)
      is distinct from (m.class, m.lead_id, m.customer, m.doc::jsonb, m.lineage::jsonb, m.visitor, m.moment)
