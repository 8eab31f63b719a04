-- The regions and the identifier schemes that the live mappings name.
select array(select distinct found[1]
             from hub.source join hub.mapping using (mapping_id)
             cross join regexp_matches(body, '\sregion="([A-Z]{2})"', 'g') found order by 1),
       array(select distinct found[1]
             from hub.source join hub.mapping using (mapping_id)
             cross join regexp_matches(body, '\sscheme="([^"&]+)"', 'g') found order by 1)
