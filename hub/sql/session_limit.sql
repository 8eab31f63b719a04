-- How long a statement of this session may take.
-- $1 milliseconds
select set_config('statement_timeout', $1, false)
