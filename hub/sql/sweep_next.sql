-- The newest snapshot whose deliveries all became something, as did all before them; and whether any of
-- them is a record.
-- $1 source_ids
select s.stream_id, s.source_id, s.first_id, s.sweep_key,
       exists (select from hub.inbox i
               where i.stream_id = s.stream_id and i.state in (4, 5, 6)) as any_record
from hub.snapshot s
where s.source_id in (select unnest($1::integer[])) and s.rejected = 0
  and not exists (select from hub.pending p join hub.inbox i using (inbox_id)
                  where i.source_id = s.source_id and p.inbox_id <= s.last_id)
order by s.first_id desc nulls last, s.stream_id
limit 1
