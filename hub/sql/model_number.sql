-- The number of a version.
-- $1 hash
select model_id from hub.model where hash = $1
