-- Whose things are that name no customer, but come from a visitor who elsewhere says who he is: a device, a
-- browser.  Of a thing with a visitor: a hash of him, and when it was ('' if nobody says).
alter table hub.thing
    add column visitor bigint,
    add column moment text collate "C",
    add column stitched_record_id bigint;      -- the customer's record that it is taken to be of

create index thing_identified on hub.thing (visitor, moment, lead_id)
    where visitor is not null and customer_record_id is not null;
create index thing_anonymous on hub.thing (visitor)
    where visitor is not null and customer_record_id is null;
create index thing_owner on hub.thing ((coalesce(customer_record_id, stitched_record_id)), class);

-- Who a visitor was at a moment: who said so next, or else who did last before.
create function hub.stitched(bigint, text) returns bigint stable parallel safe language sql as
$$ select coalesce(
    (select t.customer_record_id from hub.thing t
     where t.visitor = $1 and t.visitor is not null and t.customer_record_id is not null
       and t.moment >= $2 collate "C"
     order by t.moment, t.lead_id limit 1),
    (select t.customer_record_id from hub.thing t
     where t.visitor = $1 and t.visitor is not null and t.customer_record_id is not null
       and t.moment < $2 collate "C"
     order by t.moment desc, t.lead_id desc limit 1)) $$;
