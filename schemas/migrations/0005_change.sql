-- Sources that say in which order their versions come, that send whole snapshots, and whose stored
-- deliveries are mapped anew.

alter table hub.record add column source_order text; -- what the source orders versions by; null: as they come

alter table hub.stream add column snapshot boolean not null default false; -- what it lacks is gone
alter table hub.stream add column swept_at timestamptz;                    -- and was deleted then

create table hub.replay (
    replay_id integer generated always as identity primary key,
    source_id smallint not null,
    at        timestamptz not null default now(),
    actor     text not null,
    reason    text not null,
    positions bigint not null
);
