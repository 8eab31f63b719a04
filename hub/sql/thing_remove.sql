-- Things without a record, with their owners; what was asked about them needs no answer.  Locked before:
-- else what is just being decided about them would be overlooked.
-- $1 thing_ids
with gone as (
    delete from hub.thing where thing_id = any ($1::uuid[])
), owned as (
    delete from hub.ownership where product_id = any ($1::uuid[])
)
update hub.review set state = 'closed', closed_at = now()
where thing_id = any ($1::uuid[]) and closed_at is null
