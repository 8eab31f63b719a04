-- What records are to others.
-- $1 record_ids  $2 roles  $3 ids of the others  $4 their sources  $5 keys  $6 parts
insert into hub.relation (record_id, role, to_id, to_source, to_key, to_part)
select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[])
on conflict do nothing
