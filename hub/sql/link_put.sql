-- $1 record_ids  $2 customer_ids
insert into hub.link (record_id, customer_id)
select * from unnest($1::bigint[], $2::uuid[])
on conflict (record_id) do update set customer_id = excluded.customer_id
