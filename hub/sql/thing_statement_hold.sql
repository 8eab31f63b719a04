-- Keep statements from going until the transaction ends; others may hold them, too.
-- $1 statements
select statement from hub.thing_statement where statement = any ($1::bigint[])
order by statement
for key share
