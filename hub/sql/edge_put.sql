-- Write edges, each in both directions.
-- $1 left ids  $2 right ids  $3 weights
insert into hub.edge (left_id, right_id, weight)
select l, r, w from unnest($1::bigint[], $2::bigint[], $3::integer[]) as e(l, r, w)
union all
select r, l, w from unnest($1::bigint[], $2::bigint[], $3::integer[]) as e(l, r, w)
on conflict (left_id, right_id) do update set weight = excluded.weight
