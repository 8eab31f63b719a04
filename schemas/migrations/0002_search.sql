-- Finding customers by name: the words of a name, whatever their order, case and accents.  Only the
-- display name is indexed, so that a golden whose other values change costs nothing more.

create function hub.name_words(text) returns text[] immutable strict parallel safe language sql as
$$
    select array_remove(
        regexp_split_to_array(
            regexp_replace(normalize(lower($1), nfkd), '[\u0300-\u036f''’‘`]', '', 'g'),
            '[^[:alnum:]]+'),
        '')
$$;

create index golden_name on hub.golden using gin (hub.name_words(display_name));
