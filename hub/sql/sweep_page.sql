-- Current records that nothing has named since a snapshot began, a page after a key.  A part stays with the
-- others of its record: where a column is missing its source cannot state it.
-- $1 source_id  $2 after this key  $3 the snapshot's first inbox_id  $4 how many
select r.source_key, r.part, r.class
from hub.record r
where r.source_id = $1::smallint and r.source_key > $2 and r.state = 0
  and not exists (select from hub.record p
                  where p.source_id = r.source_id and p.source_key = r.source_key
                    and greatest(p.seq, p.listed) >= $3::bigint)
order by r.source_key
limit $4::integer
