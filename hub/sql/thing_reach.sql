-- Records that share a key with some, or are the same thing so far.  Each key and thing once: many records
-- may have it.
-- $1 record_ids
select k.record_id
from (select distinct key from hub.thing_key where record_id = any ($1::bigint[])) as mine
join hub.thing_key k using (key)
union
select l.record_id
from (select distinct thing_id from hub.thing_link where record_id = any ($1::bigint[])) as mine
join hub.thing_link l using (thing_id)
