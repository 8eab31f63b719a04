-- Keys that are no longer generic: forget them, and resolve everybody who holds them anew.
-- $1 keys  $2 refines (0: the key itself)
with turned as (
    delete from hub.generic_key g
    using unnest($1::bigint[], $2::integer[]) as t(key, refine)
    where g.key = t.key and g.refine = t.refine
    returning g.key, g.refine
)
insert into hub.job (record_id)
select distinct p.record_id
from turned t join hub.posting p on p.key = t.key and (t.refine = 0 or p.refine = t.refine)
