-- Take a lease that nobody has, or that one has who is known to be gone; no row when that cannot be.
-- $1 source_id  $2 place  $3 pid  $4 milliseconds  $5 the token of who is gone
update hub.lease l
set place = $2, pid = $3::integer, token = l.token + 1,
    until = clock_timestamp() + $4::integer * interval '1 ms'
from (select source_id from hub.lease
      where source_id = $1::smallint and (until <= clock_timestamp() or token = $5::bigint)
      for update skip locked) free
where l.source_id = free.source_id
returning l.token
