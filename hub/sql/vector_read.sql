-- The comparison vectors of all current customer records, and their versions.
copy (select record_id, version, features from hub.record
      where state = 0 and class = 'customer') to stdout (format binary)
