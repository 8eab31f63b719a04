-- Who reads a source, and by which token.
-- $1 source_id
select place, pid, token from hub.lease where source_id = $1::smallint
