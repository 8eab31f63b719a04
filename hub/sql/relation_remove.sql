-- What some records are to others no longer holds.
-- $1 record_ids
delete from hub.relation where record_id = any ($1::bigint[])
