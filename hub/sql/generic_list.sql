-- Which of some keys are noted as generic.
-- $1 keys
select key, refine from hub.generic_key where key = any ($1::bigint[])
