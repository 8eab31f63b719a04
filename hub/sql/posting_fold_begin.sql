-- How far the postings have been folded into their base; no row: somebody is at it.
select folded_to from hub.posting_fold for update skip locked
