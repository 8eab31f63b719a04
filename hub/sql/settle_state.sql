-- What holds before everything is settled: the model, its step, the newest job; whether followers were told of
-- anything yet.
select i.model_hash, i.model_step, (select coalesce(max(job_id), 0) from hub.job),
       exists (select from hub.outbox)
from hub.instance i
