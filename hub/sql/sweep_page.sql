-- Current records that nothing has named since a snapshot began, a page after a key.
-- $1 source_id  $2 after this key  $3 the snapshot's first inbox_id  $4 how many
select source_key, part, class
from hub.record
where source_id = $1::smallint and source_key > $2 and state = 0
  and greatest(seq, listed) < $3::bigint
order by source_key
limit $4::integer
