-- Make a model version the active one; no row when it is already. Otherwise the form of the one before it, null
-- when that is not known.
-- $1 hash
with before as (
    select m.form from hub.instance i left join hub.model m on m.hash = i.model_hash
)
update hub.instance set model_hash = $1 where model_hash <> $1 returning (select form from before)
