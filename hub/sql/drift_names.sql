-- Which fields of a source are in drift, or ignored.
-- $1 source_id
select distinct field from hub.drift where source_id = $1::smallint
