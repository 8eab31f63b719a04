-- Note which keys have come to identify nothing, and which do so again: whatever has one is resolved anew.
-- Only what a record states counts.
-- $1 statements whose keys are looked at  $2 the most statements that a key identifies  $3 kind of job
with counted as (
    select mine.key, exists (select from hub.thing_generic g where g.key = mine.key) as noted,
           (select count(*)
            from (select from hub.thing_key k
                  where k.key = mine.key
                    and exists (select from hub.thing_member m where m.statement = k.statement)
                  limit $2::integer + 1) as few) > $2::integer as many
    from (select distinct key from hub.thing_key where statement = any ($1::bigint[])) as mine
), added as (
    insert into hub.thing_generic (key) select key from counted where many and not noted
    on conflict do nothing
    returning key
), removed as (
    delete from hub.thing_generic g using counted c where g.key = c.key and c.noted and not c.many
    returning g.key
)
insert into hub.job (record_id, kind)
select distinct k.statement, $3::smallint
from (select key from added union all select key from removed) as turned
join hub.thing_key k using (key)
