-- What the published views were made from; nobody else publishes until the transaction ends.
select dictionary_hash from hub.instance for update
