-- How many postings there are.
select count(*) from hub.posting
