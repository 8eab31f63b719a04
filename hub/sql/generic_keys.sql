-- Every key that is noted as generic.
select key from hub.generic_key where refine = 0
