-- Make sure that a source has a lease.
-- $1 source_id
insert into hub.lease (source_id) values ($1::smallint) on conflict (source_id) do nothing
