-- Pages behind a posting, in order.
-- $1 key  $2 refine  $3 record_id  $4 how many
select last_key, last_refine, last_record, packed from hub.posting_page
where (last_key, last_refine, last_record) > ($1::bigint, $2::integer, $3::bigint)
order by last_key, last_refine, last_record
limit $4::integer
