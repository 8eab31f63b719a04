-- Note that deliveries of a source are mapped anew.
-- $1 source_id  $2 actor  $3 reason
insert into hub.replay (source_id, actor, reason, positions) values ($1::smallint, $2, $3, 0)
returning replay_id, hub.iso(at)
