-- Keys that are generic, in place of what was noted before, by whoever has resolved all who hold them.
-- $1 keys  $2 refines (0: the key itself)  $3 types
with noted as (
    select key, refine, type from unnest($1::bigint[], $2::integer[], $3::integer[]) as n(key, refine, type)
), forgotten as (
    delete from hub.generic_key g
    where not exists (select from noted n where n.key = g.key and n.refine = g.refine)
)
insert into hub.generic_key (key, refine, type)
select key, refine, type from noted
on conflict do nothing
