-- Keys that more than so many hold, and those that are noted as generic: holders, different refines,
-- and one holder.
-- $1 how many
select p.key, count(*), count(distinct p.refine), min(p.record_id),
       exists (select from hub.generic_key g where g.key = p.key and g.refine = 0)
from hub.posting p
group by p.key
having count(*) > $1::integer
    or exists (select from hub.generic_key g where g.key = p.key and g.refine = 0)
