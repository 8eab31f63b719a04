-- Wait until nobody works with the dictionary, and keep everybody out until the transaction ends.
select pg_advisory_xact_lock(hashtext('axle dictionary'))
