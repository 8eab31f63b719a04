-- A source has another mapping: what that knows is no drift, and what it reads is looked at afresh.
-- Fields first, then drift, each in its order: so do workers (field_learn, drift_add).
-- $1 source  $2 fields that it reads  $3 fields that it drops  $4 fields that it ignores
with known as materialized (
    select d.source_id, d.field, d.kind, d.shard
    from hub.drift d join hub.source s using (source_id)
    where s.name = $1 and case d.kind
        when 'new' then d.field = any ($3::text[] || $4::text[])
            or exists (select from unnest($2::text[]) u
                       where u = d.field or starts_with(u, d.field || '/'))
        when 'ignored' then not d.field = any ($4::text[])
        else true end
), fields as materialized (
    select f.source_id, f.field from hub.field f
    where (f.source_id, f.field) in (select source_id, field from known where kind = 'retyped')
    order by f.field collate "C"
    for update of f
), afresh as (
    delete from hub.field f using fields
    where f.source_id = fields.source_id and f.field = fields.field
    returning f.field
), settled as materialized (
    select d.source_id, d.field, d.kind, d.shard
    from hub.drift d join known using (source_id, field, kind, shard)
    where (select count(*) from afresh) >= 0
    order by d.field collate "C", d.kind, d.shard
    for update of d
)
delete from hub.drift d using settled s
where d.source_id = s.source_id and d.field = s.field and d.kind = s.kind and d.shard = s.shard
