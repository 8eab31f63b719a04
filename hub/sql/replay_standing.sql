-- The latest deliveries of a source's current records, with the keys of those, for a page of records after
-- a key; and the last key of the page.  All parts of a record are on one page.
-- $1 source_id  $2 after this key  $3 how many  $4 when the replay began: later ones
-- are mapped anew already
with page as (
    select source_key, seq from hub.record
    where source_id = $1::smallint and source_key > $2 and state = 0
      and first_seen < $4::timestamptz
    order by source_key fetch first ($3::integer) rows with ties
), latest as (
    select seq as inbox_id, array_agg(distinct source_key) as said from page group by seq
)
select i.inbox_id, i.line, s.header, coalesce(p.body, ''), i.state, l.said, p.body is not null,
       (select max(source_key) from page)
from latest l
join hub.inbox i using (inbox_id)
join hub.stream s using (stream_id)
left join hub.payload p using (inbox_id)
order by i.inbox_id
