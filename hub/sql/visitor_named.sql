-- Visitors that some things, as they are stored, say to be a customer.
-- $1 thing_ids
select distinct visitor from hub.thing
where thing_id = any ($1::uuid[]) and visitor is not null and customer_record_id is not null
