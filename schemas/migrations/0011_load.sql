-- Bulk loads: what works on the hub as a whole, and where it was.

-- While the row is here nobody takes in, resolves or publishes but who holds the hub (hub/store/hold.h), or who
-- finds that he has died.
create table hub.load (
    only_one boolean primary key default true check (only_one),
    since    timestamptz not null default now(),
    indexes  text[] not null default '{}'      -- what makes the indexes anew that were dropped
);

-- Of a file that is loaded in bulk: what its position n has as inbox_id is this and n.
alter table hub.stream add column first_id bigint;
