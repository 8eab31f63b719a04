-- Golden records that are not what they would be if they were made anew.
-- $1 customer_ids  $2 record counts  $3 kinds  $4 display names  $5 documents  $6 lineages
select m.customer_id
from unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[])
     as m(customer_id, record_count, kind, display_name, doc, lineage)
join hub.golden g using (customer_id)
where (g.record_count, g.kind, g.display_name, g.doc, g.lineage) is distinct from
      (m.record_count, m.kind, m.display_name, m.doc::jsonb, m.lineage::jsonb)
