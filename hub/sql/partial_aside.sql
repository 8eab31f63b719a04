-- A record that ends whoever resolves it is set aside.
-- $1 record_id
insert into hub.partial (record_id, skipped) values ($1::bigint, '{crash}')
on conflict (record_id) do update set skipped = excluded.skipped, since = now()
