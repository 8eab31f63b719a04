-- $1 record_ids  $2 thing_ids
insert into hub.thing_link (record_id, thing_id)
select * from unnest($1::bigint[], $2::uuid[])
on conflict (record_id) do update set thing_id = excluded.thing_id
