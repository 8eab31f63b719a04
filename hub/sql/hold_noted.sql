-- Is the hub held, or was it when who held it died?
select exists (select from hub.load)
