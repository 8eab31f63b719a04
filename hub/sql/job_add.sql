-- Records to resolve.
-- $1 record_ids  $2 postings that each no longer holds, packed
insert into hub.job (record_id, dropped)
select * from unnest($1::bigint[], $2::bytea[])
