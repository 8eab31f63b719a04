-- Every version of the matching model that the hub ever knew; hub.instance.model_hash says which is active.
-- A version never changes.
create table hub.model (
    model_id integer generated always as identity primary key, -- its number
    hash     text not null unique,   -- of the body and of the rules in code
    form     text not null,          -- versions alike in it share vectors and blocking keys
    body     text not null,          -- complete: a matching.xml that needs no file beside it
    origin   text not null check (origin in ('shipped', 'trained')), -- from files, or from what is stored
    base     text not null default '',   -- of a trained one: hash of the version of files that it started from
    made_at  timestamptz not null default now(),
    report   jsonb                   -- of a trained one: what it was trained on, and what that came to
);
