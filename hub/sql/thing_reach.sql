-- Records that share a key with some, or are the same thing so far.
-- $1 record_ids
select b.record_id
from hub.thing_key a join hub.thing_key b using (key)
where a.record_id = any ($1::bigint[])
union
select b.record_id
from hub.thing_link a join hub.thing_link b using (thing_id)
where a.record_id = any ($1::bigint[])
