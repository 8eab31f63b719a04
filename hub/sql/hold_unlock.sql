-- Let go of the hub.
select pg_advisory_unlock(hashtext('axle load'))
