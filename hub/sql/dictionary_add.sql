-- Work with this dictionary from now on.
-- $1 hash of the whole  $2 the site's part
insert into hub.dictionary (hash, body) values ($1, $2)
