-- Which of some keys a source has records of, whatever became of them.
-- $1 source_id  $2 keys
select source_key from hub.record where source_id = $1::smallint and source_key = any ($2::text[])
