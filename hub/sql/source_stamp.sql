-- Changes whenever a source gets another mapping, or the hub another dictionary.
select hashtextextended(concat((select max(dictionary_id) from hub.dictionary), ' ',
                               string_agg(source_id || '=' || mapping_id, ' ' order by source_id)), 0)
from hub.source
