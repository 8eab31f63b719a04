-- A role for each connector, with the rights that bringing records takes: it adds to the inbox and moves its
-- cursors, and sees no record, no customer and nothing that was brought before.
--
-- Roles belong to the whole server, and a server may have lost them (a restored dump) or may not let us
-- make any; so this is a function that every `axle init` calls.

-- What an administrator must run so that the connectors have roles of their own; '' when they have.
create function hub.admit_connectors() returns text language plpgsql as $$
declare
    connector text;
    role      text;
    missing   text := '';
begin
    foreach connector in array array['mail', 'callcenter', 'web', 'warranty'] loop
        role := 'axle_' || connector;
        begin
            if not exists (select from pg_catalog.pg_roles where rolname = role) then
                execute format('create role %I nologin', role);
            end if;
            if not pg_catalog.pg_has_role(role, 'member') then
                execute format('grant %I to %I', role, current_user);
            end if;
        exception
            when duplicate_object or unique_violation then null; -- another hub of this server was faster
            when insufficient_privilege then null;
        end;
        if not exists (select from pg_catalog.pg_roles where rolname = role) then
            missing := missing || format('create role %I nologin; grant %I to %I; ', role, role, current_user);
            continue;
        elsif not pg_catalog.pg_has_role(role, 'member') then
            missing := missing || format('grant %I to %I; ', role, current_user);
        end if;
        perform hub.grant_connector(role);
    end loop;
    return rtrim(missing, '; ');
end
$$;

create function hub.grant_connector(role text) returns void language plpgsql as $$
begin
    execute format('grant usage on schema hub to %I', role);
    -- What it is configured with.
    execute format('grant select on hub.migration, hub.instance, hub.dictionary, hub.source, hub.mapping to %I', role);
    -- Its cursors, and who may move them.
    execute format('grant select, insert, update on hub.stream, hub.lease, hub.source_state to %I', role);
    execute format('grant select, insert, update, delete on hub.seen to %I', role);
    -- The inbox, to which it only adds: not even what it brought can it read again.
    execute format('grant select (inbox_id, stream_id, position, source_id), insert on hub.inbox to %I', role);
    execute format('grant usage on sequence hub.inbox_inbox_id_seq to %I', role);
    execute format('grant select, insert on hub.pending to %I', role);
    execute format('grant insert on hub.payload, hub.reject to %I', role);
end
$$;
