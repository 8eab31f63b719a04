-- Was this id ever given out, and does it no longer stand for a customer?
-- $1 customer_id
select retired_at is not null from hub.customer where customer_id = $1::uuid
