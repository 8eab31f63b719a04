-- Make sure that a source exists.  Asked first, for a conflict would use up one of the few numbers.
-- $1 name
insert into hub.source (name)
select $1 where not exists (select from hub.source where name = $1)
on conflict (name) do nothing
