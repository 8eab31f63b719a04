-- Keep everybody from adding to some statements.
-- $1 statements
select statement from hub.thing_statement where statement = any ($1::bigint[])
order by statement
for update
