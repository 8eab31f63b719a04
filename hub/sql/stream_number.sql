-- From now on a stream's deliveries are numbered by their positions, unless they are already.  Nobody else may
-- take a number meanwhile: who calls has locked the inbox.
-- $1 stream_id  $2 header  $3 how many numbers at most
with first as materialized (
    select nextval('hub.inbox_inbox_id_seq') as id
), moved as materialized (
    select id, setval('hub.inbox_inbox_id_seq', id + $3::bigint) from first
)
update hub.stream set header = $2::bytea, first_id = coalesce(first_id, moved.id)
from moved where stream_id = $1::bigint
returning first_id
