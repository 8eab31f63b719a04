-- What fields a source sends, and where that is not what its mapping expects.

-- What is known of a field so far.
create table hub.field (
    source_id  smallint not null,
    field      text not null,
    kinds      integer not null,               -- kinds of values seen, a bit each
    optional   boolean not null,               -- some record had none
    first_seen timestamptz not null default now(),
    primary key (source_id, field)
);

-- A row a batch in which it was seen.
create table hub.drift (
    drift_id  bigint generated always as identity primary key,
    source_id smallint not null,
    field     text not null,
    kind      text not null check (kind in ('new', 'missing', 'retyped')),
    seen_at   timestamptz not null default now(),
    records   bigint not null
);
create index drift_source on hub.drift (source_id, field, kind);
