-- Things that are taken to be of another customer's record than their visitor's other things say.
select thing_id from hub.thing
where stitched_record_id is distinct from
      case when visitor is not null and customer_record_id is null then hub.stitched(visitor, moment) end
