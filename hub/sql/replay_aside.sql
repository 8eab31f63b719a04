-- Deliveries of a source that no record rests on, a page after one; and whether all their bytes are kept.
-- $1 source_id  $2 after this inbox_id  $3 states  $4 how many
select i.inbox_id, i.line, s.header, coalesce(p.body, j.raw, ''), i.state, array[]::text[],
       p.body is not null
       or coalesce(j.stage <> 'transport' and j.length = octet_length(j.raw), false),
       i.inbox_id::text
from (select inbox_id, stream_id, line, state from hub.inbox
      where source_id = $1::smallint and inbox_id > $2::bigint
        and state in (select unnest($3::integer[]))
      order by inbox_id limit $4::integer) i
join hub.stream s using (stream_id)
left join hub.payload p using (inbox_id)
left join hub.reject j using (inbox_id)
order by i.inbox_id
