-- Partial resolutions noted for records that are not current.
select p.record_id from hub.partial p
where not exists (select from hub.record r where r.record_id = p.record_id and r.state = 0)
  and not exists (select from hub.job j where j.record_id = p.record_id)
