-- Statements, those that are new.
-- $1 statements
insert into hub.thing_statement (statement)
select distinct statement from unnest($1::bigint[]) as s(statement) order by 1
on conflict do nothing
