-- What golden records are made of, of all current customer records that are nobody's yet.
copy (select r.record_id, s.name, r.source_key, r.part, r.region, hub.iso(r.effective_at), s.trust, r.doc::text
      from hub.record r
      join hub.source s using (source_id)
      where r.state = 0 and r.class = 'customer'
        and not exists (select from hub.link l where l.record_id = r.record_id)) to stdout (format binary)
