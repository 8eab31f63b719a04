-- What records state, a page after a record.
-- $1 after this record_id  $2 how many
select m.record_id, m.statement, s.name, r.source_key, r.part, r.class, r.doc::text,
       m.effective_at is not distinct from r.effective_at
from hub.thing_member m join hub.record r using (record_id) join hub.source s using (source_id)
where m.record_id > $1::bigint
order by m.record_id
limit $2::integer
