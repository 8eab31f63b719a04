-- The count of current customer records, where it is wrong.
select c.records
from (select sum(records)::bigint as records from hub.record_count) c
where c.records <> (select count(*) from hub.record where state = 0 and class = 'customer')
