-- This one has been run.
-- $1 statement
update hub.load set indexes = array_remove(indexes, $1)
