-- Take back an attempt that failed for another reason than the end of who made it.
-- $1 job_ids  $2 kind
update hub.job set attempts = attempts - 1
where ctid = any (array(select ctid from hub.job
                        where kind = $2::smallint and job_id = any ($1::bigint[]) and attempts > 0
                        order by job_id for update skip locked))
