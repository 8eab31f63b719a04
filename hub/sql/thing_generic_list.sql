-- Keys of some statements that identify nothing.
-- $1 statements
select distinct g.key
from hub.thing_key k join hub.thing_generic g using (key)
where k.statement = any ($1::bigint[])
