-- A page of the customers with these values, where no index helps.
-- $1 a part of the document, or null  $2 the start of the birth date, or null
-- $3 a postcode in capitals without blanks, or null
-- $4 the customer_id to go on behind  $5 how many
select customer_id, display_name, doc::text
from hub.golden
where customer_id > $4::uuid
  and ($1::text is null or doc @> $1::jsonb)
  and ($2::text is null or starts_with(doc ->> 'birth_date', $2))
  and ($3::text is null or exists (
      select from jsonb_array_elements(doc -> 'address') a
      where regexp_replace(upper(a ->> 'postcode'), '[^A-Z0-9]', '', 'g') = $3))
order by customer_id
limit $5::integer
