-- The regions that the live mappings name: what telephone numbers may be written after.
select array(select distinct found[1]
             from hub.source join hub.mapping using (mapping_id)
             cross join regexp_matches(body, '\sregion="([A-Z]{2})"', 'g') found order by 1)
