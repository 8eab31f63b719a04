-- Which model and step hold, and how many current customer records there are.
select i.model_hash, i.model_step, (select sum(records) from hub.record_count)::bigint,
       i.dictionary_hash
from hub.instance i
