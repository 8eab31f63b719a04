-- Nobody needs to be told of what this transaction did.
delete from hub.outbox where xid = pg_current_xact_id()
