-- By what records are found as things.
-- $1 keys  $2 record_ids
insert into hub.thing_key (key, record_id)
select * from unnest($1::bigint[], $2::bigint[])
on conflict do nothing
