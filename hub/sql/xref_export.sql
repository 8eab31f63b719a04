-- Every cross-reference as a JSON object, in the order of its bytes.
declare reader no scroll cursor for
select row_to_json(x)::text from (
    select source, source_key, part, customer_id from axle.xref
    order by source collate "C", source_key collate "C", part collate "C") x
