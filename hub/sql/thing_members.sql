-- Records of some things.
-- $1 thing_ids
select record_id from hub.thing_link where thing_id = any ($1::uuid[])
