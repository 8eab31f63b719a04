-- What records state, and since when.
-- $1 record_ids  $2 statements
insert into hub.thing_member (record_id, statement, effective_at)
select m.record_id, m.statement, r.effective_at
from unnest($1::bigint[], $2::bigint[]) as m(record_id, statement) join hub.record r using (record_id)
on conflict (record_id) do update
set statement = excluded.statement, effective_at = excluded.effective_at
