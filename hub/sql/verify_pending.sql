-- Deliveries that are pending but not queued, or queued but not pending.
select coalesce(i.inbox_id, p.inbox_id)
from (select inbox_id from hub.inbox where state = 0) i
full join hub.pending p using (inbox_id)
where i.inbox_id is null or p.inbox_id is null
