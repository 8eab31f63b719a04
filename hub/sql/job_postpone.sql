-- Put the first job of a kind behind all others.
-- $1 kind
with head as (
    delete from hub.job
    where ctid = (select ctid from hub.job where kind = $1::smallint order by job_id
                  limit 1 for update skip locked)
    returning record_id, kind, dropped
)
insert into hub.job (record_id, kind, dropped) select record_id, kind, dropped from head
