-- Keep others from deciding about some statements until the transaction ends.
-- $1 statements
select statement from hub.thing_statement where statement = any ($1::bigint[])
order by statement
for no key update
