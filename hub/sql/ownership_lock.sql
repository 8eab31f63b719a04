-- The things that some records speak of, locked in id order.
-- $1 record_ids
select t.thing_id from hub.thing t
where t.thing_id in (select thing_id from hub.thing_link where record_id = any ($1::bigint[]))
order by t.thing_id
for update of t
