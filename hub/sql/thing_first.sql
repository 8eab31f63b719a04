-- Of which things some statements are, and the record that stands for each: the latest that makes it.
-- $1 statements
select t.statement, t.thing_id, r.record_id, s.name, r.source_key, r.part, r.class, r.region,
       hub.iso(r.effective_at), s.trust, r.doc::text
from hub.thing_statement t
left join lateral (select m.record_id from hub.thing_member m where m.statement = t.statement
                   order by m.effective_at desc nulls last, m.record_id limit 1) as first on true
left join hub.record r on r.record_id = first.record_id and r.state = 0
left join hub.source s on s.source_id = r.source_id
where t.statement = any ($1::bigint[])
