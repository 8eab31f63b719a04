-- A new token; one that is there already stays as it is.
-- $1 name  $2 hash  $3 scopes  $4 days until it expires, or null
insert into hub.token (token_id, name, hash, scopes, expires_at)
values (gen_random_uuid(), $1, $2::bytea, $3::text[], now() + make_interval(days => $4::integer))
on conflict (hash) do nothing
