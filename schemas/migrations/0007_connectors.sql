-- What connectors keep: who reads a source, how far, what came before, and how it goes.

-- Who reads a source; the token grows each time somebody else does, and whoever has an old one adds
-- nothing to the inbox any more.
create table hub.lease (
    source_id smallint primary key,
    place     text not null default '',        -- host and directory of the instance
    pid       integer not null default 0,      -- the process there
    token     bigint not null default 0,
    until     timestamptz not null default '-infinity'
);

-- What was brought before, of sources that may bring the same again: where its content was the same, it
-- is passed over.
create table hub.seen (
    source_id smallint not null,
    item      bigint not null,                 -- hash of what names it; where nothing does, of its content
    digest    bigint not null,                 -- another hash, of its content
    named     boolean not null,
    seen_at   timestamptz not null default now(),
    primary key (source_id, item)
);

alter table hub.stream add column cursor text; -- of a transport: where to go on, in words of its own

-- How it goes with each source, written by whoever reads it.
create table hub.source_state (
    source_id   smallint primary key,
    state       text not null
                check (state in ('starting', 'reading', 'waiting', 'full', 'failing', 'stopped')),
    since       timestamptz not null default now(),
    host        text not null,
    pid         integer not null,
    last_look   timestamptz,                   -- when the source was last asked, and answered
    last_record timestamptz,                   -- when it last brought something new
    records     bigint not null default 0,     -- brought by all its processes together
    rate        real not null default 0,       -- records a second, over about a minute
    behind      bigint,                        -- what the source still holds; null: unknown
    lag_ms      bigint,                        -- how long what came last had waited; null: unknown
    attempts    integer not null default 0,    -- failed ones, one after the other
    error       text,                          -- the last trouble, and when it was
    error_at    timestamptz
) with (fillfactor = 50);

alter table hub.source add column connector text; -- who looks after it, as its live mapping says
update hub.source s
set connector = substring(m.body from '<source\s[^>]*\mconnector\s*=\s*["'']([a-z]+)["'']')
from hub.mapping m where m.mapping_id = s.mapping_id;
