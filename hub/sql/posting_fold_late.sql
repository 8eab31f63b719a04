-- The same, by estimate, and of a larger share: asked while there is other work.
-- $1 the most
select s.reltuples > $1::bigint + b.reltuples * 12
from pg_class s, pg_class b
where s.oid = 'hub.posting'::regclass and b.oid = 'hub.posting_page'::regclass
