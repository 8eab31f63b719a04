-- All edges, each once.
copy (select left_id, right_id, weight from hub.edge where left_id < right_id) to stdout (format binary)
