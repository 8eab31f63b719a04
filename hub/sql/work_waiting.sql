-- What waits to be done: a bit for each kind of job, and whether a delivery waits to be taken in.  With a limit,
-- each is a look at the head of an index: an "exists" may be planned as a join that reads all jobs.
-- $1 how many kinds there are
select coalesce((select bit_or(1 << k) from generate_series(0, $1::integer - 1) k
                 where (select true from hub.job j where j.kind = k::smallint order by j.job_id limit 1)), 0),
       (select count(*) from (select from hub.pending order by replayed, inbox_id limit 1) p) > 0
