-- Were more postings added or left since than this, and than a share of the base?
-- $1 the most
select exists (select from hub.posting
               offset greatest($1::bigint,
                               (select reltuples::bigint * 3 from pg_class
                                where oid = 'hub.posting_page'::regclass)))
