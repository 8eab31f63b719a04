-- Another step of lambda holds.
-- $1 step
update hub.instance set model_step = $1::integer
