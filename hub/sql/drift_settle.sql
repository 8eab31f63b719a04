-- A source has another mapping: what that knows is no drift, and what it reads is looked at afresh.
-- $1 source  $2 fields that it reads  $3 fields that it drops  $4 fields that it ignores
with known as (
    delete from hub.drift d using hub.source s
    where s.name = $1 and d.source_id = s.source_id and case d.kind
        when 'new' then d.field = any ($3::text[] || $4::text[])
            or exists (select from unnest($2::text[]) u
                       where u = d.field or starts_with(u, d.field || '/'))
        when 'ignored' then not d.field = any ($4::text[])
        else true end
    returning d.source_id, d.field, d.kind
)
delete from hub.field f using known k
where f.source_id = k.source_id and f.field = k.field and k.kind = 'retyped'
