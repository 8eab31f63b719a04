-- Resolutions that left out a key: which ones.
-- $1 record_ids  $2 names of the keys, separated by blanks
insert into hub.partial as p (record_id, skipped)
select id, string_to_array(names, ' ') from unnest($1::bigint[], $2::text[]) as n(id, names)
on conflict (record_id) do update set skipped = excluded.skipped, again = 0
where p.skipped <> excluded.skipped
