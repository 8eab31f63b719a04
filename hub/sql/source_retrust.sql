-- Is a source about to be trusted otherwise?
-- $1 source name  $2 trust
select source_id from hub.source where name = $1 and trust <> $2::smallint
