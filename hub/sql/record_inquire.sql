-- Current customer records by their id: name, customer, vector, and the keys that their resolution left out.
-- $1 record_ids
select r.record_id, s.name, r.source_key, r.part, l.customer_id, r.features,
       array_to_string(p.skipped, ' ')
from unnest($1::bigint[]) as asked(record_id)
join hub.record r using (record_id)
join hub.source s using (source_id)
left join hub.link l using (record_id)
left join hub.partial p using (record_id)
where r.state = 0 and r.class = 'customer'
order by r.record_id
