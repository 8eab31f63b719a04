-- What was said of an e-mail address: whether messages to it came back.  Of interactions alone: what another
-- class calls by that name may be longer than an index takes.
create index thing_email on hub.thing ((doc->>'email')) where class = 'interaction' and doc ? 'email';
