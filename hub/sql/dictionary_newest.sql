-- What was applied last; no row before the first time.
select dictionary_id, hash, body, hub.iso(applied_at)
from hub.dictionary order by dictionary_id desc limit 1
