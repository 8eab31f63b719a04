-- Postings that records no longer hold, whether or not the base has them.
-- $1 keys  $2 refines  $3 record_ids
insert into hub.posting as p (key, refine, record_id, gone)
select *, true from unnest($1::bigint[], $2::integer[], $3::bigint[])
on conflict (key, refine, record_id) do update set gone = true where not p.gone
