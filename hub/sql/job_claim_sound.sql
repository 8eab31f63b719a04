-- Take jobs of one kind from the head of the queue; they are this transaction's until it ends.
-- As an array, as in inbox_claim.
-- $1 how many  $2 kind  $3 attempts that make one suspect: it is passed over
delete from hub.job
where ctid = any (array(select ctid from hub.job where kind = $2::smallint and attempts < $3::integer order by job_id
                        limit $1::integer for update skip locked))
returning record_id, dropped
