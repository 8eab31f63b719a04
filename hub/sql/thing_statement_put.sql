-- Of which things some statements are.
-- $1 statements  $2 thing_ids
update hub.thing_statement s set thing_id = m.thing_id
from unnest($1::bigint[], $2::uuid[]) as m(statement, thing_id)
where s.statement = m.statement
