-- axle.reject: inputs that were set aside, with the reason, the place and the raw bytes.
select j.reject_id, s.name as source, coalesce(i.received_at, j.rejected_at) as received_at,
       j.stage, j.code, j.message, t.label as file, coalesce(j.line, nullif(i.line, 0)) as line,
       j."column", coalesce(j.raw, p.body) as raw, j.length, j.hash
from hub.reject j
join hub.source s using (source_id)
left join hub.inbox i using (inbox_id)
left join hub.stream t using (stream_id)
left join hub.payload p using (inbox_id)
