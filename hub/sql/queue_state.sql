-- What is still to be done: deliveries and snapshots, and jobs.
select (select count(*) from hub.pending)
       + (select count(*) from hub.snapshot where rejected = 0),
       (select count(*) from hub.job)
