-- Things that are not to others what they should be.
-- $1 thing_ids  $2 thing_ids, $3 roles and $4 record_ids that should be there
select coalesce(w.thing_id, n.thing_id)
from unnest($2::uuid[], $3::text[], $4::bigint[]) as w(thing_id, role, to_id)
full join (select * from hub.thing_relation where thing_id = any ($1::uuid[])) n
    using (thing_id, role)
where w.to_id is distinct from n.to_id
