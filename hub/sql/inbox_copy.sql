-- Deliveries of which it is known what became of them.
copy hub.inbox (inbox_id, stream_id, position, line, source_id, state, live) from stdin (format binary)
