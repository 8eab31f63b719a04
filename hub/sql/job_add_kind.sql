-- Jobs of one kind, one a record.
-- $1 record_ids  $2 kind
insert into hub.job (record_id, kind)
select distinct record_id, $2::smallint from unnest($1::bigint[]) as j(record_id)
