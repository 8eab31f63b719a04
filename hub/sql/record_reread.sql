-- Current customer records as they are stored, locked in id order.
-- $1 record_ids
select r.record_id, s.name, r.source_key, r.part, r.region, r.doc::text, r.keys
from hub.record r join hub.source s using (source_id)
where r.record_id = any ($1::bigint[]) and r.state = 0 and r.class = 'customer'
order by r.record_id
for update of r
