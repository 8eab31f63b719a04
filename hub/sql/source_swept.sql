-- Of sources with swept snapshots: what was delivered before the latest of these.
-- $1 source_ids
select source_id, swept_to from hub.source
where source_id in (select unnest($1::integer[])) and swept_to > 0
