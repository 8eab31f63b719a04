-- A record that was set aside is tried again.
alter table hub.partial add column again smallint not null default 0; -- how often it was, since it was last resolved
create index partial_aside on hub.partial (since) where 'crash' = any (skipped);
