-- Keys of things that are noted as identifying nothing and are not, or the other way round.
-- $1 the most statements that a key identifies
select key
from (select key from hub.thing_key group by key having count(*) > $1::integer) as many
full join hub.thing_generic g using (key)
where many.key is null or g.key is null
