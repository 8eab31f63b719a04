-- Rejected deliveries without a reject.
select i.inbox_id from hub.inbox i
where i.state = 1 and not exists (select from hub.reject r where r.inbox_id = i.inbox_id)
