-- Snapshots that can be swept as soon as nothing is pending.
select count(*) from hub.snapshot where rejected = 0
