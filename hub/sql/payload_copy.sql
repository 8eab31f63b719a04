-- The raw bytes of deliveries.
copy hub.payload (inbox_id, body) from stdin (format binary)
