-- How many positions some streams put into the inbox behind some positions.
-- $1 stream_ids  $2 positions
select coalesce(sum(t.received - s.position), 0)::bigint
from unnest($1::bigint[], $2::bigint[]) as s(stream_id, position)
join hub.stream t on t.stream_id = s.stream_id
