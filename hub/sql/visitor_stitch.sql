-- Whose things are that name no customer: some of them, and all of visitors of whom something else is said now.
-- $1 thing_ids  $2 visitors
with concerned as (
    select t.thing_id, t.visitor, t.moment from hub.thing t
    where t.thing_id = any ($1::uuid[]) and t.visitor is not null and t.customer_record_id is null
    union
    select t.thing_id, t.visitor, t.moment from hub.thing t
    where t.visitor = any ($2::bigint[]) and t.visitor is not null and t.customer_record_id is null
), wanted as (
    select thing_id, hub.stitched(visitor, moment) as record_id from concerned order by thing_id
)
update hub.thing t set stitched_record_id = w.record_id
from wanted w
where t.thing_id = w.thing_id and t.stitched_record_id is distinct from w.record_id
