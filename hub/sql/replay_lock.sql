-- Nobody sweeps the source until this transaction ends.
-- $1 source_id
select pg_advisory_xact_lock(hashtext('axle sweep'), $1::integer)
