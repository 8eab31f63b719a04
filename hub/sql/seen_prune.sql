-- Forget some of what has no name and has not come for a month.
-- $1 source_id
delete from hub.seen
where source_id = $1::smallint and item in (
    select item from hub.seen
    where source_id = $1::smallint and not named and seen_at < now() - interval '30 days'
    limit 10000)
