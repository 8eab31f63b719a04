-- Keep others from deciding about some things until the transaction ends.
-- $1 thing_ids
select thing_id from hub.thing where thing_id = any ($1::uuid[]) order by thing_id for update
