-- Keys that became generic.  What was noted of a key's refines when it was generic before counts no more: it is
-- counted anew.
-- $1 keys  $2 refines (0: the key itself)  $3 types
with turned as (
    insert into hub.generic_key (key, refine, type)
    select key, refine, type
    from unnest($1::bigint[], $2::integer[], $3::integer[]) as t(key, refine, type)
    order by key, refine
    on conflict do nothing
    returning key, refine
), forgotten as (
    delete from hub.generic_key g using turned t
    where t.refine = 0 and g.key = t.key and g.refine <> 0
)
select key, refine from turned
