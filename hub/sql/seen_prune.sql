-- Forget some of what has no lasting name and has not come for a month.
with gone as (
    delete from hub.seen
    where (source_id, item) in (
        select source_id, item from hub.seen
        where not named and seen_at < now() - interval '30 days'
        limit 10000 for update skip locked)
    returning item
)
select count(*) from gone
