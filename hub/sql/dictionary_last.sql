-- Changes whenever a dictionary is applied.
select coalesce(max(dictionary_id), 0) from hub.dictionary
