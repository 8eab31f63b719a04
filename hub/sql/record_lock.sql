-- Every part of some source records, and whatever holds some ids, locked in id order.
-- $1 source_ids  $2 keys, in step  $3 record_ids
select r.record_id, r.source_id, r.source_key, r.part, r.state, r.version, r.inbox_id, r.seq,
       r.content_hash, r.keys, r.class, r.source_order, r.listed
from hub.record r
where r.record_id in
      (select k.record_id
       from unnest($1::integer[], $2::text[]) as u(source_id, source_key)
       join hub.record k on k.source_id = u.source_id::smallint and k.source_key = u.source_key
       union all
       select unnest($3::bigint[]))
order by r.record_id
for update of r
