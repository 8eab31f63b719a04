-- What became of the deliveries of some streams behind some positions: how many are in each state.
-- $1 stream_ids  $2 positions
select state::integer, count(*)
from unnest($1::bigint[], $2::bigint[]) as s(stream_id, position)
join hub.inbox i on i.stream_id = s.stream_id and i.position > s.position
group by state
