-- Take what was added or left since, from a key on, as far as nobody is about to change it.
-- $1 key  $2 how many
delete from hub.posting
where ctid = any (array(select ctid from hub.posting where key >= $1::bigint
                        order by key, refine, record_id
                        limit $2::integer for update skip locked))
returning key, refine, record_id, gone
