-- How it goes with each source that somebody reads (as axle.source says), the trouble only while it lasts;
-- seconds since 1970, 0 where something has never been.
select s.name, coalesce(s.connector, ''), now.state, extract(epoch from t.since)::bigint,
       coalesce(extract(epoch from t.last_look), 0)::bigint,
       coalesce(extract(epoch from t.last_record), 0)::bigint,
       t.records, round(t.rate)::bigint, coalesce(t.behind, -1), coalesce(t.lag_ms, -1), t.attempts,
       case when now.state in ('failing', 'silent') then t.error end
from hub.source s
join hub.source_state t on t.source_id = s.source_id
left join hub.lease l on l.source_id = s.source_id
cross join lateral (
    select case when t.state <> 'stopped' and l.until < now() - interval '30 seconds' then 'silent'
                else t.state end as state) now
order by s.name
