-- Take back an attempt that failed for another reason than the end of who made it.  Who has a row locked is
-- waited for: passed over, it would keep the count.
-- $1 job_ids  $2 kind
update hub.job set attempts = attempts - 1
where ctid = any (array(select ctid from hub.job
                        where kind = $2::smallint and job_id = any ($1::bigint[]) and attempts > 0
                        order by job_id for update))
