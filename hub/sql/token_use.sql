-- Note that a token is in use; somebody else may just be doing so.
-- $1 token_id
update hub.token set last_used_at = now()
where token_id = (select token_id from hub.token where token_id = $1::uuid for update skip locked)
