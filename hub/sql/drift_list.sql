-- Every field that its source's mapping did not expect, or ignores; oldest first.
select s.name, d.field, d.kind, hub.iso(min(d.first_seen)), hub.iso(max(d.last_seen)),
       sum(d.records)::bigint
from hub.drift d join hub.source s using (source_id)
group by s.name, d.field, d.kind
order by s.name collate "C", min(d.first_seen), d.field collate "C", d.kind
