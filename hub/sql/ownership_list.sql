-- Registrations of products: by which record, by whom, and since when; and what names the product: its
-- record, and words.
-- $1 thing_ids of products, $2 and of registrations
select o.thing_id, w.registration_id, coalesce(t.lead_id, 0), l.customer_id,
       t.doc ->> 'purchase_date', o.lead_id,
       concat_ws(' ', o.doc ->> 'maker',
                 coalesce(o.doc ->> 'serial', o.doc ->> 'number', o.doc ->> 'vin'))
from unnest($1::uuid[], $2::uuid[]) as w(product_id, registration_id)
join hub.thing o on o.thing_id = w.product_id
left join hub.thing t on t.thing_id = w.registration_id
left join hub.link l on l.record_id = t.customer_record_id
order by o.thing_id, t.lead_id
