-- Take part in resolving, until the transaction ends, beside others who do: whoever changes the model
-- or its step waits for all of them.
select pg_advisory_xact_lock_shared(hashtext('axle resolve'))
