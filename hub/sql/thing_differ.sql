-- Things that are not what they would be if they were made anew.
-- $1 thing_ids  $2 classes  $3 record_ids of the leads  $4 and of the customers, or 0  $5 documents
-- $6 lineages
select m.thing_id
from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[])
    as m(thing_id, class, lead_id, customer, doc, lineage)
left join hub.thing t using (thing_id)
where (t.class, t.lead_id, coalesce(t.customer_record_id, 0), t.doc, t.lineage)
      is distinct from (m.class, m.lead_id, m.customer, m.doc::jsonb, m.lineage::jsonb)
