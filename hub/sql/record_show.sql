-- The current version of a source record, a row a part.
-- $1 source  $2 key
select r.part, r.version, r.state, r.class, r.doc::text, l.customer_id
from hub.source s
join hub.record r using (source_id)
left join hub.link l using (record_id)
where s.name = $1 and r.source_key = $2
order by r.part
