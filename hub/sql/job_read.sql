-- Records that are to be resolved, and by which job.
copy (select record_id, job_id from hub.job where kind = 0) to stdout (format binary)
