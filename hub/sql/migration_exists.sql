-- Is there a hub in this database?
select to_regclass('hub.migration') is not null
