-- Find or make the stream of a snapshot.  The same file again is the same stream; another file with the same
-- bytes is a new one if anything else came between: the source is back at its old list.
-- $1 source_id  $2 name  $3 label  $4 which file it is
with newest as (
    select stream_id, name, snapshot, origin, ended_at from hub.stream
    where source_id = $1::smallint and (name = $2 or name like $2 || '#%')
    order by stream_id desc limit 1
), chosen as (
    select case when ended_at is null or origin is not distinct from $4
                     or (snapshot and not exists (select from hub.stream l
                                                  where l.source_id = $1::smallint
                                                    and l.stream_id > n.stream_id
                                                    and l.ended_at is not null))
                then name else $2 || '#' || stream_id end as name
    from newest n
)
insert into hub.stream (source_id, name, label, snapshot, origin)
values ($1::smallint, coalesce((select name from chosen), $2), $3, true, $4)
on conflict (source_id, name) do update set label = hub.stream.label
returning stream_id, position, byte_offset, line, header, ended_at is not null, first_id
