-- What the hub holds and what is still to be done.
select (select count(*) from hub.golden), (select count(*) from hub.pending),
       (select count(*) from hub.job),
       (select count(*) from hub.partial where 'crash' <> all (skipped)),
       (select count(*) from hub.review where closed_at is null),
       (select count(*) from hub.thing_generic),
       (select count(*) from hub.generic_key where refine = 0),
       (select count(*) from hub.partial where 'crash' = any (skipped)),
       coalesce((select extract(epoch from since)::bigint from hub.load), 0)
