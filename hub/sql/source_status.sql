-- How each source stands: deliveries by state, records published, when it last delivered.
select s.name, coalesce(sum(i.deliveries), 0)::bigint,
       coalesce(sum(i.deliveries) filter (where i.state = 0), 0)::bigint,
       coalesce(sum(i.deliveries) filter (where i.state = 1), 0)::bigint,
       coalesce(sum(i.deliveries) filter (where i.state = 5), 0)::bigint,
       coalesce(extract(epoch from max(i.latest)), 0)::bigint
from hub.source s
left join (select source_id, state, count(*) as deliveries, max(received_at) as latest
           from hub.inbox group by source_id, state) i using (source_id)
group by s.name
order by s.name
