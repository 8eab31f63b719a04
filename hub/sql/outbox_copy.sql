copy hub.outbox (customer_id, version, type) from stdin (format binary)
