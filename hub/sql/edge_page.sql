-- Edges, each once, a page after a pair.
-- $1 after this left id  $2 and this right id  $3 how many
select left_id, right_id, weight from hub.edge
where (left_id, right_id) > ($1::bigint, $2::bigint) and left_id < right_id
order by left_id, right_id
limit $3::integer
