-- Is it ours still?  Then it stays so until the transaction ends.  No row when somebody else has it.
-- $1 source_id  $2 token
select token from hub.lease where source_id = $1::smallint and token = $2::bigint for share
