-- Finding customers by name: the words of a name, whatever their order, case and accents.  Only the
-- display name is indexed, so that a golden whose other values change costs nothing more.  Of a word its
-- first 100 letters count: an index holds no entry of any length.

create function hub.name_words(text) returns text[] immutable strict parallel safe language sql as
$$
    select array(
        select left(word, 100) from regexp_split_to_table(
            regexp_replace(normalize(lower($1), nfkd), '[\u0300-\u036f''’‘`]', '', 'g'),
            '[^[:alnum:]]+') as words(word)
        where word <> '')
$$;

create index golden_name on hub.golden using gin (hub.name_words(display_name));
