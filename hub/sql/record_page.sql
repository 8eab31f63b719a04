-- Current customer records with their packed keys, a page after an id, and how many of those keys the
-- table of postings holds.
-- $1 after this record_id  $2 how many
select r.record_id, r.keys
from hub.record r
where r.record_id > $1::bigint and r.state = 0 and r.class = 'customer'
order by r.record_id
limit $2::integer
