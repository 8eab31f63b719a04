-- axle.ownership: who owned which product.
select o.product_id, l.customer_id, o.since, o.until, o.registration_id
from hub.ownership o
join hub.thing t on t.thing_id = o.registration_id
join hub.link l on l.record_id = t.customer_record_id
