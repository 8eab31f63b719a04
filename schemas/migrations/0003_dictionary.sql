-- Every dictionary that a site ever applied.  What the hub works with is the shipped dictionary extended by
-- the newest body here; the site's file is only a proposal until `axle dictionary apply`.

create table hub.dictionary (
    dictionary_id integer generated always as identity primary key,
    hash          text not null,               -- of the whole dictionary, the shipped part included
    body          text not null,               -- the site's own file; '' where there is none
    applied_at    timestamptz not null default now()
);

-- What a mapping looks texts up in belongs to its version: {"dealers.csv": "..."}; null where it has no files.
alter table hub.mapping add column tables jsonb;
