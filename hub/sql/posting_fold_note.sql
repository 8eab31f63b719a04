-- So far.
-- $1 the last key that was looked at
update hub.posting_fold set folded_to = $1::bigint
