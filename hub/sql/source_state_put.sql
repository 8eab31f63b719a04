-- Say how it goes with a source.
-- $1 source_id  $2 state  $3 host  $4 pid  $5 looked now  $6 records since the last time  $7 rate
-- $8 behind  $9 lag_ms  $10 attempts  $11 error
insert into hub.source_state as s (source_id, state, host, pid, last_look, last_record, records, rate,
                                   behind, lag_ms, attempts, error, error_at)
values ($1::smallint, $2, $3, $4::integer, case when $5::boolean then now() end,
        case when $6::bigint > 0 then now() end, $6::bigint, $7::real, $8::bigint, $9::bigint,
        $10::integer, $11::text, case when $11::text is not null then now() end)
on conflict (source_id) do update
set state = excluded.state,
    since = case when s.state = excluded.state then s.since else now() end,
    host = excluded.host, pid = excluded.pid,
    last_look = coalesce(excluded.last_look, s.last_look),
    last_record = coalesce(excluded.last_record, s.last_record),
    records = s.records + excluded.records, rate = excluded.rate, behind = excluded.behind,
    lag_ms = coalesce(excluded.lag_ms, s.lag_ms), attempts = excluded.attempts,
    error = coalesce(excluded.error, s.error), error_at = coalesce(excluded.error_at, s.error_at)
