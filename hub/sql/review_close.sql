-- Tasks that events have settled.
-- $1 review_ids
update hub.review set state = 'closed', closed_at = now() where review_id = any ($1::bigint[])
