-- Set deliveries aside.  One that was set aside before keeps its reject, with what is wrong with it now.
-- $1 inbox_ids  $2 source_ids  $3 stages  $4 codes  $5 messages  $6 lines  $7 columns  $8 lengths
with given as (
    select inbox_id, source_id, stage, code, message, nullif(line, 0) as line,
           nullif(col, 0) as col, length
    from unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::integer[],
                $7::integer[], $8::bigint[])
        as r(inbox_id, source_id, stage, code, message, line, col, length)
), renewed as (
    update hub.reject j
    set stage = g.stage, code = g.code, message = g.message, line = g.line, "column" = g.col
    from given g where j.inbox_id = g.inbox_id
    returning j.inbox_id
)
insert into hub.reject (inbox_id, source_id, stage, code, message, line, "column", length)
select inbox_id, source_id, stage, code, message, line, col, length from given
where inbox_id not in (select inbox_id from renewed)
order by inbox_id
