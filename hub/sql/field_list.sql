-- What is known of the fields of a source.
-- $1 source_id
select field, kinds, seen, readable, optional, gone from hub.field where source_id = $1::smallint
