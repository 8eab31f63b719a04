-- Deliveries that were put back before, and still wait: on them rest more records.
-- $1 inbox_ids of  $2 keys
with more as (
    select inbox_id, array_agg(key) as keys
    from unnest($1::bigint[], $2::text[]) as s(inbox_id, key) group by inbox_id
)
update hub.pending p set said = array(select distinct unnest(p.said || m.keys))
from more m where p.replayed and p.inbox_id = m.inbox_id
