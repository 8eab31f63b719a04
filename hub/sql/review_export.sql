-- Every review task as a JSON object.
declare reader no scroll cursor for
select row_to_json(r)::text from axle.review_task r order by review_id
