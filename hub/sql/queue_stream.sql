-- What is still to be done of some streams: deliveries and snapshots, and jobs up to a number.
-- $1 stream_ids  $2 job_id
select (select count(*) from hub.pending join hub.inbox using (inbox_id)
        where stream_id = any ($1::bigint[]))
       + (select count(*) from hub.snapshot
          where stream_id = any ($1::bigint[]) and rejected = 0),
       (select count(*) from hub.job where job_id <= $2::bigint)
