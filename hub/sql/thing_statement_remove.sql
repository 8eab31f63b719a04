-- Statements that no record makes any more; claimed before, so that nobody adds one meanwhile.
-- $1 statements
with gone as (
    delete from hub.thing_statement s
    where s.statement = any ($1::bigint[])
      and not exists (select from hub.thing_member m where m.statement = s.statement)
    returning s.statement
)
delete from hub.thing_key k using gone g where k.statement = g.statement
