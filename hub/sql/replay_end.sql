-- Snapshots that held no record may hold some now: they are looked at again.
-- $1 source_id
update hub.stream set swept_at = null
where source_id = $1::smallint and snapshot and swept_at is not null and swept is null
