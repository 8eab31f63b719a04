-- What comparing needs of some records; deleted ones have state 1.
-- $1 record_ids
select record_id, version, state, features
from hub.record where record_id = any ($1::bigint[]) and class = 'customer'
