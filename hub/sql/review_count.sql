-- How many review tasks wait for a decision.
select count(*) from hub.review where closed_at is null
