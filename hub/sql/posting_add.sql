-- Postings that records hold now; in the order of key, refine and record.
-- $1 keys  $2 refines  $3 record_ids
insert into hub.posting as p (key, refine, record_id)
select * from unnest($1::bigint[], $2::integer[], $3::bigint[])
on conflict (key, refine, record_id) do update set gone = false where p.gone
