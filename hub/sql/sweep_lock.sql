-- Sources with a snapshot that is not swept yet, and that nobody else sweeps or replays until this
-- transaction ends.
select source_id
from (select distinct source_id from hub.stream
      where snapshot and swept_at is null and ended_at is not null) s
where pg_try_advisory_xact_lock(hashtext('axle sweep'), source_id)
