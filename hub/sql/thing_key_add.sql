-- By what statements are found.
-- $1 keys  $2 statements
insert into hub.thing_key (key, statement)
select distinct * from unnest($1::bigint[], $2::bigint[]) as k(key, statement) order by 1, 2
on conflict do nothing
