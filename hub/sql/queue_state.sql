-- What is still to be done: deliveries and jobs.
select (select count(*) from hub.pending), (select count(*) from hub.job)
