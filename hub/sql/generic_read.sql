-- Keys that are noted as generic.
copy (select key, refine, type from hub.generic_key) to stdout (format binary)
