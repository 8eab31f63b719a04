-- Records of other classes than customer that are not exactly one thing, statements without a record or a
-- thing, and things without a statement.  What has a job is still on its way.
select coalesce(r.record_id, m.record_id)
from (select record_id from hub.record where state = 0 and class <> 'customer') r
full join hub.thing_member m using (record_id)
left join hub.thing_statement s using (statement)
left join hub.thing t using (thing_id)
where (r.record_id is null or m.record_id is null or t.thing_id is null)
  and not exists (select from hub.job j
                  where j.record_id in (m.statement, coalesce(r.record_id, m.record_id)))
union all
select s.statement
from hub.thing_statement s
where not exists (select from hub.thing_member m where m.statement = s.statement)
  and not exists (select from hub.job j where j.record_id = s.statement)
union all
select t.lead_id
from hub.thing t
where not exists (select from hub.thing_statement s where s.thing_id = t.thing_id)
