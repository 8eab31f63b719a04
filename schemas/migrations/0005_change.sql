-- Sources that say in which order their versions come, that send whole snapshots, and whose stored
-- deliveries are mapped anew.

alter table hub.record add column source_order text; -- what the source orders versions by; null: as they come
alter table hub.record add column listed bigint;     -- a delivery behind seq that names it, too, but came too late

-- A snapshot: what it lacks is gone.
alter table hub.stream add column snapshot boolean not null default false;
alter table hub.stream add column origin text;           -- of a snapshot: tells its file from others with the same bytes
alter table hub.stream add column sweep_key text not null default ''; -- how far what it lacks is deleted
alter table hub.stream add column swept bigint;          -- records deleted so far; null: none, as it held no record
alter table hub.stream add column swept_at timestamptz;  -- when that was done, or a newer one made it needless
create index stream_unswept on hub.stream (source_id) where snapshot and swept_at is null;
-- What was delivered before this and does not stand is gone by the latest snapshot.
alter table hub.source add column swept_to bigint not null default 0;

-- Snapshots whose sweep is to come: at its end, when none of its deliveries is rejected.
create view hub.snapshot as
select s.stream_id, s.source_id, s.label, s.sweep_key, f.inbox_id as first_id, l.inbox_id as last_id,
       (select count(*) from hub.reject r join hub.inbox i using (inbox_id)
        where r.inbox_id between f.inbox_id and l.inbox_id
          and i.stream_id = s.stream_id and i.state in (0, 1)) as rejected
from hub.stream s
left join lateral (select i.inbox_id from hub.inbox i where i.stream_id = s.stream_id
                   order by i.position limit 1) f on true
left join lateral (select i.inbox_id from hub.inbox i where i.stream_id = s.stream_id
                   order by i.position desc limit 1) l on true
where s.snapshot and s.swept_at is null and s.ended_at is not null;

-- Deliveries that are to be mapped anew wait behind all others.
alter table hub.pending drop constraint pending_pkey;
alter table hub.pending add column replayed boolean not null default false;
alter table hub.pending add column was smallint; -- the state it had in the inbox
alter table hub.pending add column said text[];  -- the keys of the records that rest on it
alter table hub.pending add primary key (replayed, inbox_id);

create table hub.replay (
    replay_id integer generated always as identity primary key,
    source_id smallint not null,
    at        timestamptz not null default now(),
    actor     text not null,
    reason    text not null,
    positions bigint not null                  -- put back so far
);
