-- Postings of records that are new to the hub; in the order of key, refine and record.
-- $1 keys  $2 refines  $3 record_ids
insert into hub.posting (key, refine, record_id)
select * from unnest($1::bigint[], $2::integer[], $3::bigint[])
