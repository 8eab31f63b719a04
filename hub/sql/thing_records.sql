-- Those of some records that are current and no customers.
-- $1 record_ids
select r.record_id, s.name, r.source_key, r.part, r.class, r.doc::text,
       hub.iso(r.effective_at)
from hub.record r join hub.source s using (source_id)
where r.record_id = any ($1::bigint[]) and r.state = 0 and r.class <> 'customer'
