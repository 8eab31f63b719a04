-- Retired ids that once had one of these records, and the records they had.
-- $1 record_ids
select customer_id, records from hub.customer
where retired_at is not null and records && $1::bigint[]
