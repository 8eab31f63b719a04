-- axle.xref: which customer a record of a source is.
select s.name as source, r.source_key, r.part, l.customer_id, r.version, r.first_seen, r.last_seen
from hub.link l
join hub.record r using (record_id)
join hub.source s using (source_id)
where r.state = 0
