-- Resolutions that had to leave out keys, and which, divided by blanks.
copy (select record_id, array_to_string(skipped, ' ') from hub.partial) to stdout (format binary)
