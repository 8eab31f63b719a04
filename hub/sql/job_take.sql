-- Take these jobs from their queue, as far as nobody else has them; as job_claim gives them.
-- $1 job_ids  $2 kind
delete from hub.job
where ctid = any (array(select ctid from hub.job
                        where kind = $2::smallint and job_id = any ($1::bigint[])
                        order by job_id for update skip locked))
returning record_id, dropped
