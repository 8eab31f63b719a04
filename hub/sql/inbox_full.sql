-- Does more wait for the workers than this?
-- $1 the most
select count(*) > $1::bigint from (select from hub.pending limit $1::bigint + 1) p
