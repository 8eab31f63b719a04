-- Edges that stand in one direction only, or with two weights, or end at a record that is not current.
select e.left_id
from hub.edge e
left join hub.edge m on m.left_id = e.right_id and m.right_id = e.left_id
left join hub.record r on r.record_id = e.left_id
where (m.weight is distinct from e.weight or r.state is distinct from 0)
  and not exists (select from hub.job j where j.record_id in (e.left_id, e.right_id))
