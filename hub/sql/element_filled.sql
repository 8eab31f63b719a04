-- Which elements have a value that could be read, in records that are current.
select r.class, d.path, count(*)
from hub.record r
cross join jsonb_each(r.doc) d(path, items)
where r.state = 0 and jsonb_typeof(d.items) = 'array'
  and exists (select from jsonb_array_elements(d.items) i(item) where i.item ? 'v')
group by r.class, d.path
