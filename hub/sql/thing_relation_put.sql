-- What things are to others, in place of what they were.
-- $1 thing_ids  $2 thing_ids, $3 roles and $4 record_ids of what they are now
with wanted as (
    select * from unnest($2::uuid[], $3::text[], $4::bigint[]) as w(thing_id, role, to_id)
), gone as (
    delete from hub.thing_relation n
    where n.thing_id = any ($1::uuid[])
      and not exists (select from wanted w where w.thing_id = n.thing_id and w.role = n.role)
)
insert into hub.thing_relation as n (thing_id, role, to_id)
select thing_id, role, to_id from wanted order by thing_id, role
on conflict (thing_id, role) do update set to_id = excluded.to_id where n.to_id <> excluded.to_id
