-- Keep the customers' records that some products' registrations belong to where they are, until the
-- transaction ends: whoever moves them holds them locked.
-- $1 thing_ids of products
select r.record_id from hub.record r
where r.record_id in
      (select t.customer_record_id
       from hub.thing_link p
       join hub.thing_relation n on n.to_id = p.record_id and n.role = 'product'
       join hub.thing t on t.thing_id = n.thing_id and t.class = 'registration'
       where p.thing_id = any ($1::uuid[]))
order by r.record_id
for share of r
