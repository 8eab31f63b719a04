-- Where the next pull goes on.
-- $1 source_id  $2 name
select cursor from hub.stream where source_id = $1::smallint and name = $2
