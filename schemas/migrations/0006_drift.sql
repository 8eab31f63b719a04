-- What fields a source sends, and where that is not what its mapping expects.

-- What is known of a field that a mapping reads; written only when something new is learned.
create table hub.field (
    source_id  smallint not null,
    field      text not null,
    kinds      integer not null,               -- kinds of values seen, a bit each
    seen       integer not null,               -- records that had it, counted up to 20
    readable   integer not null,               -- records whose value could be read, up to 20
    optional   boolean not null,               -- it comes and goes
    gone       boolean not null,               -- it was always there, and is no longer
    first_seen timestamptz not null default now(),
    primary key (source_id, field)
);

-- What a mapping did not expect, or ignores; spread over rows so that workers do not meet.
create table hub.drift (
    source_id  smallint not null,
    field      text not null,
    kind       text not null check (kind in ('new', 'missing', 'retyped', 'ignored')),
    shard      smallint not null,
    first_seen timestamptz not null default now(),
    last_seen  timestamptz not null default now(),
    records    bigint not null,
    primary key (source_id, field, kind, shard)
);
