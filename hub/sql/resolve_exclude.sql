-- Wait until nobody resolves, and keep everybody out until the transaction ends.
select pg_advisory_xact_lock(hashtext('axle resolve'))
