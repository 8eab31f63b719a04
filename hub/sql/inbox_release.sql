-- Records of earlier deliveries were superseded or deleted: a delivery without any current record
-- takes that state, unless it is pending again.  Locked in one order: several may release the same.
-- $1 inbox_ids  $2 how many records each lost  $3 the state if none is left
with held as materialized (
    select inbox_id from hub.inbox where inbox_id = any ($1::bigint[]) order by inbox_id for update
)
update hub.inbox i
set live = live - d.lost,
    state = case when i.state = 0 or live - d.lost > 0 then i.state else d.state end
from held
join unnest($1::bigint[], $2::integer[], $3::integer[]) as d(inbox_id, lost, state) using (inbox_id)
where i.inbox_id = held.inbox_id
