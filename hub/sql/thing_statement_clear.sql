-- Statements that are of no thing.
-- $1 statements
update hub.thing_statement set thing_id = null
where statement = any ($1::bigint[]) and thing_id is not null
