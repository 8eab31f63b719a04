-- How many values of an element each source has, of current records.
-- $1 class  $2 path  $3 only those that could not be read
select s.name, count(*)
from hub.record r join hub.source s using (source_id)
cross join jsonb_array_elements(r.doc -> $2) as items(item)
where r.state = 0 and r.class = $1 and r.doc ? $2 and (not $3::boolean or item ? 'f')
group by s.name order by s.name
