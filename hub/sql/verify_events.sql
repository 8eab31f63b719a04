-- Identity events that name an id which was never given out.
select e.seq from hub.id_event e
where exists (select from unnest(e.from_ids || e.to_ids) as i(id)
              where not exists (select from hub.customer c where c.customer_id = i.id))
