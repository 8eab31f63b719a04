-- End this session when it leaves a transaction open for so long without a word: it was stopped.
-- $1 milliseconds
select set_config('idle_in_transaction_session_timeout', $1, false)
