-- What waits to be done: a bit for each kind of job, and whether a delivery waits to be taken in.
-- $1 how many kinds there are
select coalesce((select bit_or(1 << k) from generate_series(0, $1::integer - 1) k
                 where exists (select from hub.job j where j.kind = k::smallint)), 0),
       exists (select from hub.pending where replayed in (false, true))
