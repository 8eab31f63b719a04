-- axle.relation: what records are to each other, as their sources say.
select s.name as source, r.source_key, r.part, r.class, l.customer_id, n.role, n.to_source,
       n.to_key as to_source_key, n.to_part, o.class as to_class, m.customer_id as to_customer_id
from hub.relation n
join hub.record r using (record_id)
join hub.source s using (source_id)
left join hub.link l using (record_id)
left join hub.record o on o.record_id = n.to_id and o.state = 0
left join hub.link m on m.record_id = n.to_id
