-- Count current customer records up or down; the backend's number picks the row.
-- $1 by how many
update hub.record_count set records = records + $1::bigint
where shard = pg_backend_pid() % 16
