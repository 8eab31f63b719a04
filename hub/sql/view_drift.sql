-- axle.drift: fields that are not as their mapping expects.
select s.name as source, d.field, d.kind, min(d.first_seen) as first_seen,
       max(d.last_seen) as last_seen, sum(d.records)::bigint as records
from hub.drift d join hub.source s using (source_id)
where d.kind <> 'ignored'
group by s.name, d.field, d.kind
