-- Statements that share a key with some, or are of the same thing so far.  Each key and thing once.
-- $1 statements
select k.statement
from (select distinct key from hub.thing_key where statement = any ($1::bigint[])) as mine
join hub.thing_key k using (key)
where not exists (select from hub.thing_generic g where g.key = mine.key)
union
select o.statement
from (select distinct thing_id from hub.thing_statement where statement = any ($1::bigint[])) as mine
join hub.thing_statement o using (thing_id)
