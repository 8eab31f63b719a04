-- Take the pages that have keys within a range.
-- $1 least key  $2 greatest key
delete from hub.posting_page
where ctid = any (array(
    select ctid from hub.posting_page
    where last_key >= $1::bigint and last_key <= $2::bigint
    union all
    select ctid from (select ctid, first_key from hub.posting_page where last_key > $2::bigint
                      order by last_key, last_refine, last_record limit 1) behind
    where first_key <= $2::bigint))
returning packed
