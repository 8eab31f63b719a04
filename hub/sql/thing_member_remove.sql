-- Records state nothing now; what they stated.
-- $1 record_ids
delete from hub.thing_member where record_id = any ($1::bigint[]) returning statement
