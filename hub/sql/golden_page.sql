-- Living customers, a page after an id.
-- $1 after this customer_id  $2 how many
select customer_id from hub.golden where customer_id > $1::uuid
order by customer_id
limit $2::integer
