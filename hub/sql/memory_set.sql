-- What this connection may take to make an index.
-- $1 such as 256MB
select set_config('maintenance_work_mem', $1, false),
       set_config('max_parallel_maintenance_workers', '0', false)
