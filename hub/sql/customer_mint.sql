-- $1 customer_ids
insert into hub.customer (customer_id, version) select id, 0 from unnest($1::uuid[]) as n(id)
