-- For sessions of short statements, the same ones over and over: a limit of time, and no planning anew.
-- $1 milliseconds
select set_config('statement_timeout', $1, false),
       set_config('plan_cache_mode', 'force_generic_plan', false)
