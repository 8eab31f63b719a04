-- One at a time stores records of a source whose records have parts: which parts there are is known only
-- when nobody else is adding one.
-- $1 source_ids
select pg_advisory_xact_lock(hashtext('axle parts'), source_id)
from (select distinct source_id from unnest($1::integer[]) as u(source_id) order by source_id) s
