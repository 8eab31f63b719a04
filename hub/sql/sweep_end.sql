-- A snapshot is swept, and with it every older one; or it holds no record, and nothing is.
-- $1 stream_id  $2 source_id  $3 its first inbox_id, or null: it holds no record
with older as (
    update hub.stream set swept_at = now(), swept = coalesce(swept, 0)
    where stream_id <> $1::bigint
      and stream_id in (select stream_id from hub.snapshot
                        where source_id = $2::smallint and first_id < $3::bigint)
), horizon as (
    update hub.source set swept_to = greatest(swept_to, $3::bigint)
    where source_id = $2::smallint and $3::bigint is not null
)
update hub.stream
set swept_at = now(), swept = case when $3::bigint is not null then coalesce(swept, 0) end
where stream_id = $1::bigint
