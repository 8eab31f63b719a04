-- What is kept of things that are gone.
select n.thing_id from hub.thing_relation n
where not exists (select from hub.thing t where t.thing_id = n.thing_id)
union all
select o.product_id from hub.ownership o
where not exists (select from hub.thing t where t.thing_id = o.product_id)
union all
select v.thing_id from hub.review v
where v.thing_id is not null and v.closed_at is null
  and not exists (select from hub.thing t where t.thing_id = v.thing_id)
