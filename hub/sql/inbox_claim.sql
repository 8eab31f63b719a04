-- Take deliveries from the head of the queue; they are this transaction's until it ends.  As an array,
-- the head is looked for once: a join may be planned to ask again and again, and each time gets more.
-- $1 how many  $2 attempts that make one suspect: it is passed over  $3 bytes: the one that exceeds them is the last
with head as materialized (
    select ctid, inbox_id, replayed from hub.pending where attempts < $2::integer
    order by replayed, inbox_id limit $1::integer for update skip locked
), sized as (
    select h.ctid, sum(octet_length(p.body)) over (order by h.replayed, h.inbox_id)
                   - octet_length(p.body) as before
    from head h join hub.payload p using (inbox_id)
), claimed as (
    delete from hub.pending
    where ctid = any (array(select ctid from sized where before < $3::bigint))
    returning inbox_id, was, said
)
select i.inbox_id, i.source_id, i.line, s.header, p.body, c.was, c.said, o.mapping_id
from claimed c
join hub.inbox i using (inbox_id)
join hub.source o using (source_id)
join hub.stream s using (stream_id)
join hub.payload p using (inbox_id)
order by i.inbox_id
