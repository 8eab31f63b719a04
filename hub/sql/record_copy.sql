-- New records, each in its first version.
copy hub.record (record_id, content_hash, inbox_id, seq, mapping_id, version, source_id, class, source_key, part,
                 region, effective_at, doc, features, keys, source_order) from stdin (format binary)
