-- End a token, named by its id or its name.
-- $1 id or name
update hub.token set revoked_at = now()
where (token_id::text = $1 or name = $1) and revoked_at is null
returning token_id
