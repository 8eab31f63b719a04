-- Resolve anew the records whose pairs lie between the thresholds of two steps.
-- $1 lower review weight  $2 upper  $3 lower match weight  $4 upper
insert into hub.job (record_id)
select distinct left_id from hub.edge
where (weight >= $1::integer and weight < $2::integer)
   or (weight >= $3::integer and weight < $4::integer)
