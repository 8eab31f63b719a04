-- Make anew what consists of current records of a class that have a value of one of these elements:
-- customers (job 0), or things (job 3).
-- $1 class  $2 paths; null: all records of the class
insert into hub.job (record_id, kind)
select record_id, case when class = 'customer' then 0 else 3 end
from hub.record where state = 0 and class = $1 and ($2::text[] is null or doc ?| $2)
