-- Snapshots that wait because some of their deliveries are rejected, and those that held no record, as
-- long as they are the newest of their source: source, file, rejects, whether there was no record.
select o.name, s.label, s.rejected, false
from hub.snapshot s join hub.source o using (source_id)
where s.rejected > 0
  and not exists (select from hub.stream n
                  where n.source_id = s.source_id and n.snapshot and n.stream_id > s.stream_id
                    and n.swept is not null and n.swept_at is not null)
union all
select o.name, s.label, 0, true
from hub.stream s join hub.source o using (source_id)
where s.snapshot and s.swept_at is not null and s.swept is null
  and not exists (select from hub.stream n
                  where n.source_id = s.source_id and n.snapshot and n.stream_id > s.stream_id)
order by 1, 2
