-- One at a time gives rights, until its transaction ends.
select pg_advisory_xact_lock(hashtext('axle roles'))
