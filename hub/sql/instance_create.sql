-- Make the hub's one row, with its epoch, unless it is there.
-- $1 epoch
insert into hub.instance (epoch) values ($1::uuid) on conflict do nothing
