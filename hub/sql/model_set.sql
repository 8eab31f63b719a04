-- Make a model version the active one; no row when it is already.
-- $1 hash
update hub.instance set model_hash = $1 where model_hash <> $1 returning model_hash
