-- Keys that are no longer generic.
-- $1 keys  $2 refines (0: the key itself)
delete from hub.generic_key g
using unnest($1::bigint[], $2::integer[]) as t(key, refine)
where g.key = t.key and g.refine = t.refine
returning g.key, g.refine
