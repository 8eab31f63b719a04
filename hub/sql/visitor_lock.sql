-- Decide about some visitors alone until the transaction ends: of two who do, the later one sees what the
-- other wrote.
-- $1 visitors
select pg_advisory_xact_lock(hashtext('axle visitor'), number)
from (select distinct hashint8(v) as number from unnest($1::bigint[]) v order by 1) visitors
