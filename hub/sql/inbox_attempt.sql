-- Count an attempt at the head of the queue: at those before the first suspect, or at a suspect alone.
-- $1 how many  $2 attempts that make one suspect
with head as (
    select inbox_id, attempts, row_number() over (order by replayed, inbox_id) as place
    from (select inbox_id, attempts, replayed from hub.pending order by replayed, inbox_id
          limit $1::integer for update skip locked) h
), first as (
    select min(place) filter (where attempts >= $2::integer) as suspect from head
)
update hub.pending p set attempts = p.attempts + 1
from head h, first f
where p.replayed in (false, true) and p.inbox_id = h.inbox_id
  and (f.suspect is null or h.place < f.suspect or (h.place = f.suspect and f.suspect = 1))
returning p.inbox_id, p.attempts
