-- Who holds which record, a page after an id; whether it is still to be resolved.
-- $1 after this record_id  $2 how many
select l.record_id, l.customer_id,
       exists (select from hub.job j where j.record_id = l.record_id)
from hub.link l where l.record_id > $1::bigint
order by l.record_id
limit $2::integer
