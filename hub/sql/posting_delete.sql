-- $1 keys  $2 refines  $3 record_ids
delete from hub.posting p
using unnest($1::bigint[], $2::integer[], $3::bigint[]) as d(key, refine, record_id)
where p.key = d.key and p.refine = d.refine and p.record_id = d.record_id
