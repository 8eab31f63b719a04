-- Where each published value of a customer came from.
-- $1 customer_id
select of.key, coalesce(winner.value ->> 'value', winner.value #>> '{}'), s.name, r.source_key, r.part,
       item.value ->> 1, hub.iso(coalesce(r.effective_at, r.first_seen))
from hub.golden g
cross join jsonb_each(g.lineage) of
cross join jsonb_array_elements(of.value) with ordinality item(value, place)
cross join lateral (
    select case jsonb_typeof(g.doc -> of.key)
           when 'array' then g.doc -> of.key -> (item.place - 1)::integer
           else g.doc -> of.key end as value
) winner
join hub.record r on r.record_id = (item.value ->> 0)::bigint
join hub.source s using (source_id)
where g.customer_id = $1::uuid
order by of.key, item.place
