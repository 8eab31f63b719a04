-- Note what the published views are made from.
-- $1 stamp
update hub.instance set dictionary_hash = $1
