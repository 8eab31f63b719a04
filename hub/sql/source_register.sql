-- Make sure that a source exists.
-- $1 name
insert into hub.source (name) values ($1) on conflict (name) do nothing
