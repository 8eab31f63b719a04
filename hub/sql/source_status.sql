-- How each source stands: deliveries by state, records published, when it last delivered, and how it goes
-- with reading it, the trouble only while it lasts; times in seconds since 1970.
select s.name, coalesce(sum(i.deliveries), 0)::bigint,
       coalesce(sum(i.deliveries) filter (where i.state = 0), 0)::bigint,
       coalesce(sum(i.deliveries) filter (where i.state = 1), 0)::bigint,
       coalesce(sum(i.deliveries) filter (where i.state = 5), 0)::bigint,
       coalesce(extract(epoch from max(i.latest)), 0)::bigint,
       a.connector, a.state, coalesce(extract(epoch from a.state_since), 0)::bigint,
       coalesce(extract(epoch from a.last_look), 0)::bigint, round(a.rate)::bigint,
       coalesce(a.behind, -1), coalesce(a.lag_ms, -1), a.attempts,
       case when a.state in ('failing', 'silent') then a.error end
from hub.source s
join axle.source a using (name)
left join (select source_id, state, count(*) as deliveries, max(received_at) as latest
           from hub.inbox group by source_id, state) i using (source_id)
group by s.name, a.connector, a.state, a.state_since, a.last_look, a.rate, a.behind, a.lag_ms, a.attempts, a.error
order by s.name
