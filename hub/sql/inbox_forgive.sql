-- Take back an attempt that failed for another reason than the end of who made it.  Who has a row locked is
-- waited for: passed over, it would keep the count.
-- $1 inbox_ids
update hub.pending set attempts = attempts - 1
where ctid = any (array(select ctid from hub.pending
                        where replayed in (false, true) and inbox_id = any ($1::bigint[])
                          and attempts > 0
                        order by inbox_id for update))
