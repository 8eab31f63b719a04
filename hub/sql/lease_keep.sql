-- Keep a lease for longer; no row when somebody else has it.
-- $1 source_id  $2 token  $3 milliseconds
update hub.lease set until = clock_timestamp() + $3::integer * interval '1 ms'
where source_id = $1::smallint and token = $2::bigint
returning token
