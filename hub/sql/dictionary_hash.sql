-- The hash of the dictionary that the hub works with; no row before the first time.
select hash from hub.dictionary order by dictionary_id desc limit 1
