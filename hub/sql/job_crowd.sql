-- Do so many records wait to be resolved, and more than half of all, that it is better to resolve all at once?  Not
-- while comparison vectors are still to be made anew.
-- $1 so many
select (select count(*) from (select from hub.job where kind = 0 limit $1::bigint) w) >= $1::bigint
       and (select count(*) from (select from hub.job where kind = 0
                                  limit (select sum(records) / 2 + 1 from hub.record_count)) w) * 2
           > (select sum(records) from hub.record_count)
       and not exists (select from hub.job where kind = 1)
