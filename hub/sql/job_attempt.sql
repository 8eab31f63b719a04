-- Count an attempt at the head of a queue of jobs: at those before the first suspect, or at a suspect alone.
-- $1 how many  $2 kind  $3 attempts that make one suspect
with head as (
    select job_id, attempts, row_number() over (order by job_id) as place
    from (select job_id, attempts from hub.job where kind = $2::smallint order by job_id
          limit $1::integer for update skip locked) h
), first as (
    select min(place) filter (where attempts >= $3::integer) as suspect from head
)
update hub.job j set attempts = j.attempts + 1
from head h, first f
where j.kind = $2::smallint and j.job_id = h.job_id
  and (f.suspect is null or h.place < f.suspect or (h.place = f.suspect and f.suspect = 1))
returning j.job_id, j.attempts
