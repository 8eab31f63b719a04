-- Every token, the oldest first.
select token_id, name, scopes, hub.iso(created_at), hub.iso(expires_at), hub.iso(revoked_at),
       hub.iso(last_used_at)
from hub.token
order by created_at, token_id
