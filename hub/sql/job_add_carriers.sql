-- Make anew what consists of current records of a class that have a value of one of these elements:
-- customers (job 0), or things (job 2; 3 where what names them is another).
-- $1 class  $2 paths; null: all records of the class  $3 are things named otherwise
insert into hub.job (record_id, kind)
select record_id, case when class = 'customer' then 0 when $3::boolean then 3 else 2 end
from hub.record where state = 0 and class = $1 and ($2::text[] is null or doc ?| $2)
