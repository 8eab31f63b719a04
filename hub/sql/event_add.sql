-- $1 kind  $2 from ids  $3 to ids  $4 moved (JSON)  $5 cause  $6 actor
insert into hub.id_event (kind, from_ids, to_ids, moved, cause, actor)
values ($1, $2::uuid[], $3::uuid[], $4::jsonb, $5, $6)
