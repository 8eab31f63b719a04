-- Keep a version; no row when it is known already.
-- $1 hash  $2 form  $3 body  $4 origin  $5 base  $6 report
insert into hub.model (hash, form, body, origin, base, report)
values ($1, $2, $3, $4, $5, $6::jsonb)
on conflict (hash) do nothing
returning model_id
