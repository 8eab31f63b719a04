-- Customers as they are published, with the source records behind them.
-- $1 customer_ids
select g.customer_id, g.version, g.kind, g.display_name, g.doc::text, hub.iso(g.updated_at),
       (select coalesce(json_agg(json_build_object('source', s.name, 'key', r.source_key, 'part', r.part)
                                 order by s.name, r.source_key, r.part), '[]')::text
        from hub.link l
        join hub.record r using (record_id)
        join hub.source s using (source_id)
        where l.customer_id = g.customer_id)
from hub.golden g
where g.customer_id = any ($1::uuid[])
order by g.customer_id
