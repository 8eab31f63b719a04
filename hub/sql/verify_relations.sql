-- What is kept of records that are not current; and records whose relations are not those of their document.
select n.record_id from hub.relation n
where not exists (select from hub.record r where r.record_id = n.record_id and r.state = 0)
union all
select k.statement from hub.thing_key k
where not exists (select from hub.thing_statement s where s.statement = k.statement)
union all
select r.record_id
from hub.record r
left join (select record_id, count(*) as relations from hub.relation group by 1) n using (record_id)
where r.state = 0 and (n.record_id is not null or r.doc ? '~')
  and coalesce(n.relations, 0) <> (select count(distinct item) from jsonb_array_elements(r.doc -> '~') d(item))
