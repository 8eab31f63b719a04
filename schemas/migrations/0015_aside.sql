-- A record that ends whoever resolves it is set aside, as a delivery is that ends whoever takes it in.
alter table hub.job add column attempts smallint not null default 0; -- begun by workers who may have died of it
