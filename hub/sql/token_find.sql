-- The valid token with this hash, and whether its last use was noted long ago.
-- $1 hash
select token_id, name, scopes,
       last_used_at is null or last_used_at < now() - interval '1 minute'
from hub.token
where hash = $1::bytea and revoked_at is null and (expires_at is null or expires_at > now())
