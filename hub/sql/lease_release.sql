-- Let anybody have it.
-- $1 source_id  $2 token
update hub.lease set until = '-infinity' where source_id = $1::smallint and token = $2::bigint
