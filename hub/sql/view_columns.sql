-- The columns of a published view.
-- $1 its name
select a.attname::text
from pg_catalog.pg_attribute a
where a.attrelid = pg_catalog.to_regclass('axle.' || pg_catalog.quote_ident($1)) and a.attnum > 0
order by a.attnum
