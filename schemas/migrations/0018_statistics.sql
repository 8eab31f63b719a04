-- No statement is planned by what stands within these documents and packed values; gathering statistics of them
-- took most of an analysis.

alter table hub.record alter column doc set statistics 0, alter column features set statistics 0,
    alter column keys set statistics 0;
alter table hub.golden alter column lineage set statistics 0;
