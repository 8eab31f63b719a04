-- $1 keys  $2 refines  $3 record_ids
insert into hub.posting (key, refine, record_id)
select * from unnest($1::bigint[], $2::integer[], $3::bigint[]) as p(key, refine, record_id)
order by key, refine, record_id
on conflict do nothing
