-- Which migrations ran, in order.
select number, checksum from hub.migration order by number
