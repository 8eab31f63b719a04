-- Every household as a JSON object of all its columns.
declare reader no scroll cursor for
select row_to_json(h)::text from axle.household h order by household_id
