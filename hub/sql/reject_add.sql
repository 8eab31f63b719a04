-- Set deliveries aside.
-- $1 inbox_ids  $2 source_ids  $3 stages  $4 codes  $5 messages  $6 lines  $7 columns  $8 lengths
insert into hub.reject (inbox_id, source_id, stage, code, message, line, "column", length)
select inbox_id, source_id, stage, code, message, nullif(line, 0), nullif(col, 0), length
from unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::integer[],
            $7::integer[], $8::bigint[])
    as r(inbox_id, source_id, stage, code, message, line, col, length)
order by inbox_id
