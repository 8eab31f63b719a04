-- Sources out of balance, counted anew: what was received against what became of it.
select s.name
from hub.source s
left join (select source_id, sum(received) as received from hub.stream group by 1) r using (source_id)
left join (select source_id, count(*) as kept from hub.inbox where state between 0 and 7 group by 1) k
     using (source_id)
where coalesce(r.received, 0) <> coalesce(k.kept, 0)
