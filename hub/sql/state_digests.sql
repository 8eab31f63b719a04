-- One digest a customer, of its records and its golden record, ids and times left out; sorted.
select sha256(convert_to(m.members || chr(10) || g.kind || chr(10) || g.display_name || chr(10) || g.doc::text,
                         'UTF8')) as digest
from hub.golden g
join (select l.customer_id,
             string_agg(s.name || chr(31) || r.source_key || chr(31) || r.part, chr(30)
                        order by s.name collate "C", r.source_key collate "C", r.part collate "C")
                 as members
      from hub.link l join hub.record r using (record_id) join hub.source s using (source_id)
      group by l.customer_id) m using (customer_id)
order by 1
