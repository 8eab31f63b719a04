-- The indexes of some tables of ours, those first that take longest: what drops each, what makes it anew, and
-- what then makes it the table's key again, where it was.
-- $1 tables
select case when k.oid is null then format('drop index %s', x.oid::regclass)
            else format('alter table %s drop constraint %I', t.oid::regclass, k.conname) end,
       pg_get_indexdef(x.oid),
       case when k.oid is not null then
           format('alter table %s add constraint %I %s using index %I', t.oid::regclass, k.conname,
                  case k.contype when 'p' then 'primary key' else 'unique' end, x.relname) end
from pg_class t
join pg_namespace n on n.oid = t.relnamespace
join pg_index i on i.indrelid = t.oid
join pg_class x on x.oid = i.indexrelid
left join pg_constraint k on k.conindid = x.oid and k.contype in ('p', 'u')
where n.nspname = 'hub' and t.relname = any ($1::text[])
order by x.relam desc, t.relname desc, x.relname
