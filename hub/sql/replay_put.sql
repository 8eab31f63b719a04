-- Put deliveries back into the queue, with the keys of the records that rest on each.  What was cut
-- short is not among them; what was set aside before it was a record becomes one.
-- $1 replay_id  $2 inbox_ids  $3 inbox_ids of  $4 keys
with old as (
    select inbox_id, state from hub.inbox
    where inbox_id = any ($2::bigint[]) and state <> 0
    order by inbox_id for update
), back as (
    update hub.inbox i set state = 0 from old where i.inbox_id = old.inbox_id
    returning i.inbox_id, old.state as was
), kept as (
    insert into hub.payload (inbox_id, body)
    select b.inbox_id, j.raw from back b join hub.reject j using (inbox_id) where j.raw is not null
    on conflict (inbox_id) do nothing
), said as (
    select inbox_id, array_agg(key) as keys
    from unnest($3::bigint[], $4::text[]) as s(inbox_id, key) group by inbox_id
), queued as (
    insert into hub.pending (inbox_id, replayed, was, said)
    select b.inbox_id, true, b.was, coalesce(s.keys, '{}') from back b left join said s using (inbox_id)
)
update hub.replay set positions = positions + (select count(*) from back)
where replay_id = $1::integer
returning (select count(*) from back)
