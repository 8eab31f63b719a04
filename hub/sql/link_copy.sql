copy hub.link (record_id, customer_id) from stdin (format binary)
