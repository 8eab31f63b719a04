-- Streams whose inbox does not hold what was counted as it came.
select s.stream_id from hub.stream s
where s.received <> (select count(*) from hub.inbox i where i.stream_id = s.stream_id)
