-- Count an attempt at the head of the queue: at those before the first suspect, or at a suspect alone.
-- $1 how many  $2 attempts that make one suspect
with head as (
    select inbox_id, attempts from hub.pending order by inbox_id
    limit $1::integer for update skip locked
), first as (
    select min(inbox_id) as any_id, min(inbox_id) filter (where attempts >= $2::integer) as suspect_id
    from head
)
update hub.pending p set attempts = p.attempts + 1
from head h, first f
where p.inbox_id = h.inbox_id
  and (f.suspect_id is null or h.inbox_id < f.suspect_id
       or (h.inbox_id = f.suspect_id and f.suspect_id = f.any_id))
returning p.inbox_id, p.attempts
