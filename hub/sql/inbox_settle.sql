-- Say what became of deliveries.
-- $1 inbox_ids  $2 states  $3 how many current records come from each
update hub.inbox i set state = d.state, live = d.live
from unnest($1::bigint[], $2::integer[], $3::integer[]) as d(inbox_id, state, live)
where i.inbox_id = d.inbox_id
