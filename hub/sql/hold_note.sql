-- From now on nobody works but who holds the hub; no row when that was so before.
insert into hub.load default values on conflict do nothing returning only_one
