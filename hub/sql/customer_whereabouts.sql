-- Where the records of a retired id are now.
-- $1 customer_id
select l.customer_id,
       json_agg(json_build_object('source', s.name, 'key', r.source_key, 'part', r.part)
                order by s.name, r.source_key, r.part)::text
from hub.customer c
cross join unnest(c.records) as had(record_id)
join hub.link l using (record_id)
join hub.record r using (record_id)
join hub.source s using (source_id)
where c.customer_id = $1::uuid and c.retired_at is not null
group by l.customer_id
order by l.customer_id
