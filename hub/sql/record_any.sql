-- Is there any record, and how many current customers' are there?
select exists (select from hub.record), (select sum(records)::bigint from hub.record_count)
