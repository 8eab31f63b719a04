-- What became of a delivery, and where the queue of resolutions begins and ends.
-- $1 stream_id  $2 position
select i.state, r.stage, r.code, r.message, coalesce(r.line, 0), coalesce(r."column", 0),
       coalesce((select min(job_id) from hub.job where kind = 0), 0),
       coalesce((select max(job_id) from hub.job where kind = 0), 0)
from hub.inbox i left join hub.reject r using (inbox_id)
where i.stream_id = $1::bigint and i.position = $2::bigint
order by r.reject_id desc
limit 1
