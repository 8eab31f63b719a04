-- Records of other classes than customer: what they are to other records, and the things (a product, a
-- transaction) that several of them may speak of.

-- What a record is to another, which need not have come yet.
create table hub.relation (
    record_id bigint not null,
    role      text not null,
    to_id     bigint not null,
    primary key (record_id, role, to_id)
);
create index relation_to on hub.relation (to_id);

-- Who names a thing in the same way.
create table hub.thing_key (
    key       bigint not null,
    record_id bigint not null,
    primary key (key, record_id)
);
create index thing_key_record on hub.thing_key (record_id);

create table hub.thing_link (
    record_id bigint primary key,
    thing_id  uuid not null
);
create index thing_link_thing on hub.thing_link (thing_id);

-- The unified thing; lead_id is the record that its source, key and part are taken from.
create table hub.thing (
    thing_id     uuid primary key,
    class        text not null,
    lead_id      bigint not null,
    record_count integer not null,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    doc          jsonb not null,
    lineage      jsonb not null
) with (fillfactor = 85);
create index thing_class on hub.thing (class);
