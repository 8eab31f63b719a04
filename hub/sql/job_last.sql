-- The newest job.
select coalesce(max(job_id), 0) from hub.job
