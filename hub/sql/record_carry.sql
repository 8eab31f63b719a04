-- Current records that have a value of an element: five of them, how many there are, and of how many
-- customers or other things.
-- $1 class  $2 path; null: all records of the class
with carrier as (
    select record_id, source_id, source_key, part from hub.record
    where state = 0 and class = $1 and ($2::text is null or doc ? $2))
select s.name, c.source_key, c.part, (select count(*) from carrier),
       (select count(distinct customer_id) from carrier join hub.link using (record_id))
       + (select count(distinct thing_id) from carrier join hub.thing_link using (record_id))
from carrier c join hub.source s using (source_id)
order by s.name, c.source_key, c.part limit 5
