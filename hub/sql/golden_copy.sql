copy hub.golden (customer_id, version, record_count, kind, display_name, doc, lineage) from stdin (format binary)
