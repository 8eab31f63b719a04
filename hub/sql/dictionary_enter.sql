-- Keep the dictionary as it is until the transaction ends, beside others who do.
select pg_advisory_xact_lock_shared(hashtext('axle dictionary'))
