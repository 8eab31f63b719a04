-- Tables of ours that leave room on their pages for new versions of rows: what has them leave none, and what has
-- them leave it again.
-- $1 tables
select format('alter table %s set (fillfactor = 100)', t.oid::regclass),
       format('alter table %s set (fillfactor = %s)', t.oid::regclass, o.option_value)
from pg_class t
join pg_namespace n on n.oid = t.relnamespace
cross join lateral pg_options_to_table(t.reloptions) o
where n.nspname = 'hub' and t.relname = any ($1::text[]) and o.option_name = 'fillfactor'
