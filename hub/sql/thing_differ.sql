-- Things that are not what they would be if they were made anew.
-- $1 thing_ids  $2 classes  $3 record_ids of the leads  $4 and of the customers, or 0  $5 record counts
-- $6 documents  $7 lineages
select m.thing_id
from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::integer[], $6::text[], $7::text[])
    as m(thing_id, class, lead_id, customer, record_count, doc, lineage)
left join hub.thing t using (thing_id)
where (t.class, t.lead_id, coalesce(t.customer_record_id, 0), t.record_count, t.doc, t.lineage)
      is distinct from
      (m.class, m.lead_id, m.customer, m.record_count, m.doc::jsonb, m.lineage::jsonb)
