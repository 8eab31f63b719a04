-- Ids that are given out.
copy hub.customer (customer_id, version) from stdin (format binary)
