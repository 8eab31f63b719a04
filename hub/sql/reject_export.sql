-- Every reject as a JSON object.
declare reader no scroll cursor for
select row_to_json(r)::text from axle.reject r order by reject_id
