-- What is stated of some things.
-- $1 thing_ids
select statement from hub.thing_statement where thing_id = any ($1::uuid[])
