-- How much is under way, and about how many customers there are.
select (select count(*) from hub.pending), (select count(*) from hub.job),
       greatest((select reltuples from pg_catalog.pg_class
                 where oid = 'hub.golden'::regclass), 0)::bigint
