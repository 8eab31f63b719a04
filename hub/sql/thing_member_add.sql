-- What records state, and since when.
-- $1 record_ids  $2 statements  $3 times, or null
insert into hub.thing_member (record_id, statement, effective_at)
select record_id, statement, effective_at::timestamptz
from unnest($1::bigint[], $2::bigint[], $3::text[]) as m(record_id, statement, effective_at)
on conflict (record_id) do update
set statement = excluded.statement, effective_at = excluded.effective_at
