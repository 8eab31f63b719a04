-- Records of other classes than customer: what they are to other records, and the things (a product, a
-- transaction) that several of them may speak of.

-- What a record is to another, which need not have come yet.
create table hub.relation (
    record_id bigint not null,
    role      text not null,
    to_id     bigint not null,
    to_source text not null,                   -- what names it: its id alone tells nothing
    to_key    text not null,
    to_part   text not null,
    primary key (record_id, role, to_id)
);
create index relation_to on hub.relation (to_id);

-- What a source states about a thing: equal for all of its records that say the same, however many they
-- are, so that each of them costs a row and nothing more.  A record without anything that identifies it has
-- a statement of its own.
create table hub.thing_statement (
    statement bigint primary key,
    thing_id  uuid                             -- null: not resolved yet
);
create index thing_statement_thing on hub.thing_statement (thing_id);

-- What the current records state; the first of a statement stands for all.
create table hub.thing_member (
    record_id    bigint primary key,
    statement    bigint not null,
    effective_at timestamptz
);
create index thing_member_first on hub.thing_member (statement, effective_at desc nulls last, record_id);

-- Which statements name a thing in the same way.
create table hub.thing_key (
    key       bigint not null,
    statement bigint not null,
    primary key (key, statement)
);
create index thing_key_statement on hub.thing_key (statement);

-- Keys that so many different statements have that they identify nothing.
create table hub.thing_generic (
    key bigint primary key
);

create view hub.thing_link as
select m.record_id, s.thing_id
from hub.thing_member m join hub.thing_statement s using (statement)
where s.thing_id is not null;

-- The unified thing; lead_id is the record that its source, key and part are taken from.  It belongs to
-- a customer's record, not to the customer: when customers merge, no thing changes.
create table hub.thing (
    thing_id     uuid primary key,
    class        text not null,
    lead_id      bigint not null,
    customer_record_id bigint,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    doc          jsonb not null,
    lineage      jsonb not null
) with (fillfactor = 85);
create index thing_class on hub.thing (class, thing_id);
create index thing_customer on hub.thing (customer_record_id, class);

-- What a thing is to a record of another class, one a role: a registration's product.
create table hub.thing_relation (
    thing_id uuid not null,
    role     text not null,
    to_id    bigint not null,
    primary key (thing_id, role)
);
create index thing_relation_to on hub.thing_relation (to_id);

-- Who owned a product, one after the other: the customers of its registrations.
create table hub.ownership (
    product_id      uuid not null,
    place           integer not null,
    registration_id uuid not null,
    since           text,                      -- as far as it is known, perhaps only the year
    until           text,
    primary key (product_id, place)
);
create index ownership_registration on hub.ownership (registration_id);

-- A task about a thing: the records are those that disagree about it.
alter table hub.review add column thing_id uuid;
create index review_thing on hub.review (thing_id) where closed_at is null;

-- Published columns that are no text.  Stored values are in standard form; should a dictionary ever say
-- otherwise of values that were stored before, they are missing until they are made anew.
create function hub.number(text) returns numeric immutable parallel safe language sql as
$$ select case when $1 ~ '^-?[0-9]+([.][0-9]+)?$' then $1::numeric end $$;

create function hub.moment(text) returns timestamptz stable parallel safe language sql as
$$ select case when $1 ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)?$'
               then pg_catalog.timezone('UTC', replace(rtrim($1, 'Z'), 'T', ' ')::timestamp) end $$;

create function hub.truth(text) returns boolean immutable parallel safe language sql as
$$ select case $1 when 'yes' then true when 'no' then false end $$;
