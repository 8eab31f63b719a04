-- Whoever counts one of these keys that many have does so alone, until the transaction ends.
-- $1 statements  $2 how many it takes
select pg_advisory_xact_lock(key)
from (select mine.key
      from (select distinct key from hub.thing_key where statement = any ($1::bigint[])) as mine
      where exists (select from hub.thing_generic g where g.key = mine.key)
         or (select count(*) from (select from hub.thing_key k where k.key = mine.key
                                   limit $2::integer) as few) = $2::integer
      order by mine.key offset 0) as many
