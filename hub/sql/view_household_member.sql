-- axle.household_member: who belongs to which household, whichever of the two says so.
select m.household_id, m.customer_id,
       (array_agg(m.role order by m.role = 'member', m.effective_at, m.role collate "C"))[1] as role,
       min(coalesce(m.effective_at, m.first_seen)) as since
from (
    select h.thing_id as household_id, l.customer_id, n.role, r.effective_at, r.first_seen
    from hub.link l
    join hub.record r using (record_id)
    join hub.relation n using (record_id)
    join hub.thing_link h on h.record_id = n.to_id
    union all
    select h.thing_id, l.customer_id, case n.role when 'customer' then 'member' else n.role end,
           r.effective_at, r.first_seen
    from hub.link l
    join hub.relation n on n.to_id = l.record_id
    join hub.record r on r.record_id = n.record_id
    join hub.thing_link h on h.record_id = n.record_id
) m
join hub.thing t on t.thing_id = m.household_id and t.class = 'household'
group by m.household_id, m.customer_id
