-- Retired ids that are given back to the part that holds most of their records.
-- $1 customer_ids
update hub.customer set retired_at = null, records = null
where customer_id = any ($1::uuid[]) and retired_at is not null
returning customer_id
