-- Pages of the base.
copy hub.posting_page (first_key, last_key, last_refine, last_record, packed) from stdin (format binary)
