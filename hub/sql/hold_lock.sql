-- Hold the hub until the connection ends, if nobody else does.
select pg_try_advisory_lock(hashtext('axle load'))
