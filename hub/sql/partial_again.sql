-- Queue once more what was set aside: an hour later, then after twice as long each time, and not for ever.
-- $1 kind of job  $2 attempts that it counts as having had  $3 how many times at most
with due as (
    update hub.partial set since = now(), again = again + 1
    where record_id in (select record_id from hub.partial
                        where 'crash' = any (skipped) and again < $3::integer
                          and since < now() - interval '1 hour' * (1 << again)
                        for update skip locked)
    returning record_id
)
insert into hub.job (record_id, kind, attempts)
select record_id, $1::smallint, $2::smallint from due order by record_id
returning record_id
