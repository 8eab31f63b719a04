-- The hash of the dictionary that the hub works with (null before the first time), whether somebody holds
-- the hub (hub/store/hold.h), and the hash of the model that it works with.
select (select hash from hub.dictionary order by dictionary_id desc limit 1),
       exists (select from hub.load), (select model_hash from hub.instance)
