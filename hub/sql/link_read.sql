-- Whose record each is.
copy (select record_id, customer_id from hub.link) to stdout (format binary)
