-- axle.id_event: what became of customer ids.
select seq, at, kind, from_ids, to_ids, moved, cause, actor from hub.id_event
