-- What is to be run to have all indexes again.
-- $1 statements
update hub.load set indexes = $1::text[]
