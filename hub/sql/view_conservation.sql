-- axle.conservation: what became of everything that was received, in inbox positions.
select s.name as source, coalesce(t.received, 0) as received, coalesce(i.pending, 0) as pending,
       coalesce(i.rejected, 0) as rejected, coalesce(i.held, 0) as held,
       coalesce(i.suppressed, 0) as suppressed, coalesce(i.unchanged, 0) as unchanged,
       coalesce(i.current, 0) as current, coalesce(i.superseded, 0) as superseded,
       coalesce(i.deleted, 0) as deleted,
       coalesce(t.received, 0) - coalesce(i.total, 0) as balance
from hub.source s
left join (
    select source_id, sum(received)::bigint as received from hub.stream group by source_id
) t using (source_id)
left join (
    select source_id,
           count(*) filter (where state = 0) as pending,
           count(*) filter (where state = 1) as rejected,
           count(*) filter (where state = 2) as held,
           count(*) filter (where state = 3) as suppressed,
           count(*) filter (where state = 4) as unchanged,
           count(*) filter (where state = 5) as current,
           count(*) filter (where state = 6) as superseded,
           count(*) filter (where state = 7) as deleted,
           count(*) filter (where state between 0 and 7) as total
    from hub.inbox group by source_id
) i using (source_id)
