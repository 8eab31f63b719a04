-- axle.source: where records come from, and how it goes with bringing them.
select s.name, s.trust, m.hash as mapping_hash, m.loaded_at as mapping_loaded_at, s.created_at,
       s.connector,
       case when t.state <> 'stopped' and l.until < now() - interval '30 seconds' then 'silent'
            else t.state end as state,
       t.since as state_since, t.last_look, t.last_record, t.records, t.rate, t.behind, t.lag_ms,
       t.attempts, t.error, t.error_at, t.host, t.pid
from hub.source s
left join hub.mapping m using (mapping_id)
left join hub.source_state t on t.source_id = s.source_id
left join hub.lease l on l.source_id = s.source_id
