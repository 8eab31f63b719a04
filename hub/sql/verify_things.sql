-- Records of other classes than customer that are not exactly one thing, and things without a record.
-- Records with a job are still on their way.
select coalesce(r.record_id, l.record_id)
from (select record_id from hub.record where state = 0 and class <> 'customer') r
full join hub.thing_link l using (record_id)
left join hub.thing t on t.thing_id = l.thing_id
where (r.record_id is null or l.record_id is null or t.thing_id is null)
  and not exists (select from hub.job j where j.record_id = coalesce(r.record_id, l.record_id))
union all
select t.lead_id
from hub.thing t
left join (select thing_id, count(*) as records from hub.thing_link group by 1) l using (thing_id)
where l.records is distinct from t.record_count
