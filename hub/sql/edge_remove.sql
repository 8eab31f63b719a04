-- Remove edges, each in both directions.
-- $1 left ids  $2 right ids
delete from hub.edge e
using (select l, r from unnest($1::bigint[], $2::bigint[]) as a(l, r)
       union all
       select r, l from unnest($1::bigint[], $2::bigint[]) as b(l, r)) d
where e.left_id = d.l and e.right_id = d.r
