-- Take these deliveries from the queue, as far as nobody else has them; as inbox_claim gives them.
-- $1 inbox_ids
with claimed as (
    delete from hub.pending
    where ctid = any (array(select ctid from hub.pending
                            where replayed in (false, true) and inbox_id = any ($1::bigint[])
                            order by inbox_id for update skip locked))
    returning inbox_id, was, said
)
select i.inbox_id, i.source_id, i.line, s.header, p.body, c.was, c.said, o.mapping_id
from claimed c
join hub.inbox i using (inbox_id)
join hub.source o using (source_id)
join hub.stream s using (stream_id)
join hub.payload p using (inbox_id)
order by i.inbox_id
