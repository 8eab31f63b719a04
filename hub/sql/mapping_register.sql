-- Keep a version of a source's mapping; the same text again is the same version.
-- $1 source name  $2 hash  $3 body
insert into hub.mapping (source_id, hash, body)
select source_id, $2, $3 from hub.source s
where name = $1
  and not exists (select from hub.mapping m where m.source_id = s.source_id and m.hash = $2)
on conflict (source_id, hash) do nothing
