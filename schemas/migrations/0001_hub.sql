-- The hub's own tables.  They change only by migrations and are the same everywhere; what other
-- programs read is the schema axle, whose views are generated from the dictionary.
--
-- No foreign keys between big tables and no triggers: unique keys of big tables hold the column by
-- which they could be distributed (record, blocking key, customer).

create schema hub;
create schema axle;

create function hub.iso(timestamptz) returns text immutable parallel safe language sql as
$$ select to_char($1 at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') $$;

-- Which migrations ran; the checksum is SHA-256 of the file as it was then.
create table hub.migration (
    number     integer primary key,
    name       text not null,
    checksum   text not null,
    applied_at timestamptz not null default now()
);

-- One row: what this hub is.
create table hub.instance (
    only_one        boolean primary key default true check (only_one),
    epoch           uuid not null,             -- a restored or re-created hub starts a new one
    created_at      timestamptz not null default now(),
    model_hash      text not null default '',  -- the active model version
    model_step      integer not null default 0,-- the step of lambda that holds
    dictionary_hash text not null default ''   -- what the published views were made from
);

create table hub.source (
    source_id  smallint generated always as identity primary key,
    name       text not null unique,
    mapping_id integer,                        -- the version that is live
    trust      smallint not null default 50,
    created_at timestamptz not null default now()
);

create table hub.mapping (
    mapping_id integer generated always as identity primary key,
    source_id  smallint not null references hub.source,
    hash       text not null,
    body       text not null,
    loaded_at  timestamptz not null default now(),
    unique (source_id, hash)
);

-- A run of deliveries in an order of its own: one file, one mailbox, one paged interface.
create table hub.stream (
    stream_id  bigint generated always as identity primary key,
    source_id  smallint not null references hub.source,
    name       text not null,                  -- file:SHA-256, push, ...
    label      text not null,                  -- for people: the file's name
    header     bytea not null default '',      -- what every record of it needs to be decoded
    position   bigint not null default 0,      -- cursor: the last position that was taken
    byte_offset bigint not null default 0,     -- cursor: where to go on reading
    line       integer not null default 1,
    received   bigint not null default 0,      -- positions put into the inbox, counted as they came
    opened_at  timestamptz not null default now(),
    ended_at   timestamptz,
    unique (source_id, name)
);

-- Every delivery, once: unique by its position in its stream.
-- state: 0 pending 1 rejected 2 held 3 suppressed 4 unchanged 5 current 6 superseded 7 deleted
create table hub.inbox (
    inbox_id    bigint generated always as identity primary key,
    stream_id   bigint not null,
    position    bigint not null,
    received_at timestamptz not null default now(),
    line        integer not null default 0,
    source_id   smallint not null,
    state       smallint not null default 0,
    live        smallint not null default 0,   -- current records that come from here
    unique (stream_id, position)
) with (fillfactor = 50); -- every row is written twice at least: room to do it on its own page

-- The raw bytes, apart: they are written once, and the inbox row several times.
create table hub.payload (
    inbox_id bigint primary key,
    body     bytea not null
);

create table hub.pending (
    inbox_id bigint primary key,
    attempts smallint not null default 0       -- begun by workers who may have died of it
) with (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 20000);

create table hub.reject (
    reject_id   bigint generated always as identity primary key,
    inbox_id    bigint not null,
    source_id   smallint not null,
    rejected_at timestamptz not null default now(),
    stage       text not null,
    code        text not null,
    message     text not null,
    line        integer,
    "column"    integer,
    raw         bytea,                         -- the first 64 KiB; null: see the payload
    length      bigint not null,
    hash        text                           -- SHA-256 of all of it, where raw is cut short
);
create index reject_inbox on hub.reject (inbox_id);

-- The current version of every record; state: 0 current 1 deleted.
create table hub.record (
    record_id    bigint primary key,
    content_hash bigint not null,
    inbox_id     bigint not null,              -- the delivery that this version came from
    seq          bigint not null,              -- the latest delivery that said so
    first_seen   timestamptz not null default now(),
    last_seen    timestamptz not null default now(),
    mapping_id   integer not null,
    version      integer not null,
    source_id    smallint not null,
    state        smallint not null default 0,
    class        text not null,
    source_key   text not null,
    part         text not null,
    region       text not null,
    effective_at timestamptz,
    doc          jsonb not null,
    features     bytea not null,               -- its comparison vector, packed
    keys         bytea not null                -- its postings, packed: key, refine and type
) with (fillfactor = 85);
create unique index record_key on hub.record (source_id, source_key, part);

create table hub.record_version (
    record_id     bigint not null,
    version       integer not null,
    inbox_id      bigint not null,
    mapping_id    integer not null,
    state         smallint not null,
    superseded_at timestamptz not null default now(),
    effective_at  timestamptz,
    doc           jsonb not null,
    primary key (record_id, version)
);

-- How many current customer records there are, spread over rows so that workers do not meet.
create table hub.record_count (
    shard   smallint primary key,
    records bigint not null
);
insert into hub.record_count select s, 0 from generate_series(0, 15) s;

-- Who holds which blocking key.
create table hub.posting (
    key       bigint not null,
    record_id bigint not null,
    refine    integer not null,
    primary key (key, refine, record_id)
) with (autovacuum_vacuum_insert_scale_factor = 0.02); -- so that its index alone can answer

-- Keys (and, within those, key and refine) that too many hold.  refine is null for the key itself.
create table hub.generic_key (
    key    bigint not null,
    refine integer not null default 0,         -- 0: the key itself
    type   smallint not null,
    since  timestamptz not null default now(),
    primary key (key, refine)
);

create table hub.job (
    job_id    bigint generated always as identity,
    record_id bigint not null,
    kind      smallint not null default 0,     -- 0 resolve 1 make features anew, then resolve
    dropped   bytea not null default '',       -- postings the record no longer holds, packed
    queued_at timestamptz not null default now(),
    primary key (kind, job_id)                 -- one queue each: none is searched through another
) with (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 20000);

-- Compared pairs that are worth a review at least, in both directions.
create table hub.edge (
    left_id  bigint not null,
    right_id bigint not null,
    weight   integer not null,                 -- thousandths of a bit, without the prior
    primary key (left_id, right_id)
);

-- Resolutions that had to leave out a key.
create table hub.partial (
    record_id bigint primary key,
    skipped   text[] not null,
    since     timestamptz not null default now()
);

-- Membership: the only truth about it.
create table hub.link (
    record_id   bigint primary key,
    customer_id uuid not null
);
create index link_customer on hub.link (customer_id);

-- Every id ever given out.  A retired one remembers which records it had.
create table hub.customer (
    customer_id uuid primary key,
    version     integer not null,
    retired_at  timestamptz,
    records     bigint[]
);
create index customer_retired on hub.customer using gin (records) where retired_at is not null;

create table hub.golden (
    customer_id  uuid primary key,
    version      integer not null,
    record_count integer not null,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    kind         text not null,
    display_name text not null,
    doc          jsonb not null,
    lineage      jsonb not null
) with (fillfactor = 85);

create table hub.id_event (
    seq      bigint generated always as identity primary key,
    at       timestamptz not null default now(),
    kind     text not null check (kind in ('MERGE', 'SPLIT', 'MOVE', 'ERASE')),
    from_ids uuid[] not null,
    to_ids   uuid[] not null,
    moved    jsonb not null,
    cause    text not null,
    actor    text not null
);

-- What followers read.  xid tells which rows may still be joined by earlier ones that commit late.
create table hub.outbox (
    seq         bigint generated always as identity primary key,
    xid         xid8 not null default pg_current_xact_id(),
    at          timestamptz not null default now(),
    customer_id uuid not null,
    version     integer not null,
    type        text not null
);

create table hub.review (
    review_id    bigint generated always as identity primary key,
    left_id      bigint not null,
    right_id     bigint not null,
    weight       integer not null,
    priority     integer not null,
    kind         text not null,
    state        text not null default 'open' check (state in ('open', 'claimed', 'decided', 'closed')),
    customer_ids uuid[] not null,
    opened_at    timestamptz not null default now(),
    closed_at    timestamptz,
    reason       text not null
);
create unique index review_open on hub.review (left_id, right_id) where closed_at is null;
create index review_right on hub.review (right_id) where closed_at is null;

create table hub.token (
    token_id     uuid primary key,
    name         text not null,
    hash         bytea not null unique,        -- SHA-256 of the token
    scopes       text[] not null,
    created_at   timestamptz not null default now(),
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz
);
