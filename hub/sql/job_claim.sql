-- Take jobs of one kind from the head of the queue; they are this transaction's until it ends.
-- $1 how many  $2 kind
delete from hub.job
where job_id in (select job_id from hub.job where kind = $2::smallint order by job_id
                 limit $1::integer for update skip locked)
returning record_id, dropped
