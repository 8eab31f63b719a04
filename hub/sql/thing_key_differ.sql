-- Statements that are not found by what identifies them.
-- $1 statements  $2 keys and $3 statements that should be there
select coalesce(w.statement, k.statement)
from unnest($2::bigint[], $3::bigint[]) as w(key, statement)
full join (select * from hub.thing_key where statement = any ($1::bigint[])) k using (key, statement)
where w.statement is null or k.statement is null
