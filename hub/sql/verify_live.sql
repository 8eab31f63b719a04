-- Deliveries whose state does not agree with the current records that come from them.  One that waits to
-- be mapped anew keeps its records meanwhile.
select i.inbox_id
from hub.inbox i
left join (select inbox_id, count(*) as live from hub.record where state = 0 group by 1) r
     using (inbox_id)
where coalesce(r.live, 0) <> i.live or (i.state <> 0 and (i.state = 5) <> (i.live > 0))
