-- Current customer records by their name, with their customer.
-- $1 source, in any case  $2 key  $3 part, or null: every part
select r.record_id, s.name, r.source_key, r.part, l.customer_id
from hub.source s
join hub.record r using (source_id)
left join hub.link l using (record_id)
where lower(s.name) = lower($1) and r.source_key = $2 and ($3::text is null or r.part = $3)
  and r.state = 0 and r.class = 'customer'
order by r.part collate "C", s.name collate "C"
