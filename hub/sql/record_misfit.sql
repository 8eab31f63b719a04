-- The same of those with a value that a domain would not permit.
-- $1 class  $2 path  $3 permitted codes; null: any text  $4 length at most  $5 least number  $6 greatest
-- $7 earliest time  $8 latest
with carrier as (
    select record_id, source_id, source_key, part from hub.record
    where state = 0 and class = $1 and doc ? $2 and exists (
        select from jsonb_array_elements(doc -> $2) as items(item), lateral (select item ->> 'v') as v(text)
        where text is not null and (
            text <> all($3::text[]) or length(text) > $4::integer
            or case when text ~ '^-?[0-9]+(\.[0-9]+)?$'
               then text::numeric < $5::numeric or text::numeric > $6::numeric end
            or text < $7::text collate "C" or left(text, length($8::text)) > $8::text collate "C")))
select s.name, c.source_key, c.part, (select count(*) from carrier),
       (select count(distinct customer_id) from carrier join hub.link using (record_id))
       + (select count(distinct thing_id) from carrier join hub.thing_link using (record_id))
from carrier c join hub.source s using (source_id)
order by s.name, c.source_key, c.part limit 5
