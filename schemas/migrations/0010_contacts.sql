-- What was said of an e-mail address: whether messages to it came back.
create index thing_email on hub.thing ((doc->>'email')) where doc ? 'email';
