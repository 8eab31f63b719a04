-- One event may speak of all customers there are: "hub.loaded".  Its version is how many they were.
alter table hub.outbox alter column customer_id drop not null;
