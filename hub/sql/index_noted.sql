-- The same, as far as it has not been run.
select indexes from hub.load
