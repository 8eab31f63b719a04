-- Changes whenever a source gets another mapping.
select coalesce(sum(mapping_id::bigint * 1000003 + source_id), 0)::bigint from hub.source
