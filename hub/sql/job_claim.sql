-- Take jobs of one kind from the head of the queue; they are this transaction's until it ends.
-- As an array, as in inbox_claim.
-- $1 how many  $2 kind
delete from hub.job
where ctid = any (array(select ctid from hub.job where kind = $2::smallint order by job_id
                        limit $1::integer for update skip locked))
returning record_id, dropped
