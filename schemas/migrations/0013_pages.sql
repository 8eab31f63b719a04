-- Who holds which blocking key, packed: the base that was written last, some forty postings a row, in the order of
-- key, refine and record (hub/store/posting_page.h).
create table hub.posting_page (
    first_key   bigint not null,
    last_key    bigint not null,
    last_refine integer not null,
    last_record bigint not null,
    packed      bytea not null,
    primary key (last_key, last_refine, last_record)
);

-- What was added to the base since, and what left it.  It outweighs the base.
alter table hub.posting add column gone boolean not null default false;
alter table hub.posting set (autovacuum_vacuum_insert_scale_factor = 0.2, fillfactor = 95);

-- One row: how far the postings have been folded into their base.
create table hub.posting_fold (
    only_one  boolean primary key default true check (only_one),
    folded_to bigint not null                  -- the last key that was looked at
);
insert into hub.posting_fold (folded_to) values (-9223372036854775808);
