-- Records of earlier deliveries were superseded or deleted: a delivery without any current record
-- takes that state, unless it is pending again.
-- $1 inbox_ids  $2 how many records each lost  $3 the state if none is left
update hub.inbox i
set live = live - d.lost,
    state = case when i.state = 0 or live - d.lost > 0 then i.state else d.state end
from unnest($1::bigint[], $2::integer[], $3::integer[]) as d(inbox_id, lost, state)
where i.inbox_id = d.inbox_id
