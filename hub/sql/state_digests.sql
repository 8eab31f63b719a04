-- One digest a customer, of its records and its golden record, and one a household and a consent, with the
-- customers that belong to it, each by its smallest record.  Ids and times are left out; sorted.
with named as (
    select l.customer_id,
           string_agg(s.name || chr(31) || r.source_key || chr(31) || r.part, chr(30)
                      order by s.name collate "C", r.source_key collate "C", r.part collate "C")
               as members,
           min((s.name || chr(31) || r.source_key || chr(31) || r.part) collate "C") as name
    from hub.link l join hub.record r using (record_id) join hub.source s using (source_id)
    group by l.customer_id
), living as (
    select m.household_id, string_agg(m.role || chr(31) || n.name, chr(30) order by n.name collate "C")
        as members
    from axle.household_member m join named n using (customer_id)
    group by m.household_id
)
select sha256(convert_to(m.members || chr(10) || g.kind || chr(10) || g.display_name || chr(10) || g.doc::text,
                         'UTF8')) as digest
from hub.golden g
join named m using (customer_id)
union all
select sha256(convert_to(t.class || chr(10) || t.doc::text || chr(10) || coalesce(n.name, '') || chr(10)
                         || coalesce(h.members, ''), 'UTF8'))
from hub.thing t
left join hub.link l on l.record_id = t.customer_record_id
left join named n using (customer_id)
left join living h on h.household_id = t.thing_id
where t.class in ('household', 'consent')
order by 1
