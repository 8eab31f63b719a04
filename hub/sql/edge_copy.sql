-- New edges, each in both directions.
copy hub.edge (left_id, right_id, weight) from stdin (format binary)
