-- Jobs to resolve that are done: all up to one.
-- $1 job_id
delete from hub.job where kind = 0 and job_id <= $1::bigint
