-- The hash of the dictionary that the hub works with (null before the first time), and whether somebody holds
-- the hub (hub/store/hold.h).
select (select hash from hub.dictionary order by dictionary_id desc limit 1),
       exists (select from hub.load)
