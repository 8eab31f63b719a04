-- Things, a page after an id.
-- $1 after this thing_id  $2 how many
select thing_id from hub.thing where thing_id > $1::uuid
order by thing_id
limit $2::integer
