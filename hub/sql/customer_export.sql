-- Every customer as a JSON object of all its columns.
declare reader no scroll cursor for
select row_to_json(c)::text from axle.customer c order by customer_id
