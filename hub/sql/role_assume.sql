-- From now on, with no more rights than that role; no row when it is not there, or not ours to take.
-- $1 role
select set_config('role', rolname, false) from pg_catalog.pg_roles
where rolname = $1 and pg_has_role(oid, 'member')
