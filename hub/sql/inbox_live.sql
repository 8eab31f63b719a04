-- How many current records come from some deliveries.
-- $1 inbox_ids
select inbox_id, live from hub.inbox where inbox_id = any ($1::bigint[]) and live > 0
