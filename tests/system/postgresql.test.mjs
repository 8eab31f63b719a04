// Another system's PostgreSQL as a source: every row once, whatever happens to either side.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instance, sleep, until } from './axle.mjs';
import { assertCampaign, campaign, faultsOf, hubWith } from './campaign.mjs';
import { dice } from './history.mjs';
import { Postgres } from './services/postgres.mjs';
import { Proxy } from './services/proxy.mjs';

const postgres = await Postgres.start();
const skip = postgres ? false : 'skipped: PostgreSQL is not installed';

// A source that reads a table of the other database.
const mapping = (name, settings) => `<source xmlns="urn:axle:source:1" name="${name}" connector="callcenter" trust="50" region="DE">
  <from><postgresql dsn-file="${name}.dsn" every="300ms" ${settings}/></from>
  <format><json/></format>
  <record class="customer" key="/id">
    <value of="customer.name.full" from="/name"/>
    <value of="customer.email" from="/email"/>
  </record>
</source>
`;

describe('postgresql', { skip }, () => {
  const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
  mkdirSync(join(site, 'mappings'));
  const axle = new Instance({ AXLE_SITE: site });
  let proxy;

  const add = (name, settings, dsn = postgres.dsn()) => {
    writeFileSync(join(site, `${name}.dsn`), `${dsn}\n`, { mode: 0o600 });
    chmodSync(join(site, `${name}.dsn`), 0o600);
    writeFileSync(join(site, 'mappings', `${name}.xml`), mapping(name, settings));
  };
  const count = (name) => Number(axle.sql(`select coalesce(sum(received), 0) from axle.conservation where source = '${name}'`)[0][0]);
  const state = (name) => axle.sql(`select t.state, t.error from hub.source_state t join hub.source using (source_id) where name = '${name}'`);
  const came = (name, records, seconds = 30) => until(`${records} of ${name}`, () => count(name) >= records, seconds)
    .catch((error) => { throw new Error(`${error.message}: ${count(name)}, ${state(name)}`); });
  const raws = (name) => axle.sql(`select convert_from(p.body, 'UTF8') from hub.inbox i join hub.payload p using (inbox_id)
    join hub.source s using (source_id) where s.name = '${name}' order by i.inbox_id`).map(([raw]) => raw);
  const ids = (name) => raws(name).map((raw) => JSON.parse(raw).id);
  const each = (name, records) => {
    const got = ids(name);
    assert.equal(got.length, records);
    assert.equal(new Set(got).size, records);
  };
  // Names that nobody takes for each other: a hub compares with one another all who are called alike.
  const name = "'Anna ' || translate(md5(i::text), '0123456789', 'ghijklmnop')";
  const rows = (table, from, to) => `insert into ${table} (id, name, email) select i, ${name}, 'anna' || i || '@example.org'
    from generate_series(${from}, ${to}) i`;

  before(async () => {
    axle.up();
    proxy = await Proxy.open(postgres.port);
  });
  after(async () => {
    await proxy.close();
    axle.remove();
    postgres.remove();
    rmSync(site, { recursive: true, force: true });
  });

  test('10,000 rows by a time arrive once each, and so do changes and later ones', async () => {
    postgres.sql(`create table timed (id int primary key, name text, email text, at timestamptz not null default now());
      ${rows('timed', 1, 10000)}; create index on timed (at, id)`);
    add('timed', 'query="select * from timed" mark="at" id="id" overlap="3s"');
    await came('timed', 10000);
    each('timed', 10000);
    postgres.sql("update timed set name = 'Berta', at = clock_timestamp() where id <= 3");
    await came('timed', 10003);
    postgres.sql(rows('timed', 10001, 10010));
    await came('timed', 10013);
    await sleep(1500);
    assert.equal(count('timed'), 10013);
  });

  test('what was committed late is found, by times and by numbers', async () => {
    postgres.sql(`create table late (id serial, name text, email text, at timestamptz not null default now());
      create table later (id bigserial, name text, email text)`);
    add('late', 'query="select * from late" mark="at" id="id" overlap="20s"');
    add('later', 'query="select * from later;" mark="id" overlap="20s"');
    const sessions = [];
    for (let i = 0; i < 20; i++) {
      const session = postgres.session();
      await session.run("begin; insert into late (name) values ('late'); insert into later (name) values ('late')");
      sessions.push(session);
      postgres.sql("insert into late (name) values ('early'); insert into later (name) values ('early')");
    }
    await came('late', 20);
    await came('later', 20);
    for (const session of sessions) {
      await session.run('commit');
      await session.end();
      await sleep(50);
    }
    await came('late', 40);
    await came('later', 40);
    each('late', 40);
    each('later', 40);
  });

  test('rows that share a mark are all read, also more than a page, with and without a name', async () => {
    postgres.sql(`create table tied (id int, name text, email text, day date not null default '2020-02-02'); ${rows('tied', 1, 2500)}`);
    add('tied', 'query="select * from tied" mark="day" page-size="100" overlap="0s"');
    add('named', 'query="select * from tied" mark="day" id="id" page-size="7" overlap="0s"');
    await came('tied', 2500);
    await came('named', 2500);
    postgres.sql(rows('tied', 2501, 2600));
    await came('tied', 2600);
    await came('named', 2600);
    each('tied', 2600);
    each('named', 2600);
  });

  test('values come as they are', async () => {
    postgres.sql(`create table odd (id int, name text, price numeric, made timestamptz, day date, doc jsonb, plain json, list int[], raw bytea,
      "strange ""name" text, none text, at bigint);
      insert into odd values (1, E'Zoë "Z"\\n\\t', 12345678901234567890.10, '2024-02-29 12:00:00.123456+02', '0044-03-15 BC', '{"a": [1, 2.50]}',
        E'{"b":\\n 1}', '{1,NULL}', '\\x00ff', 'x', null, 9007199254740993)`);
    add('odd', 'query="select * from odd -- all of it" mark="at" id="id"');
    await came('odd', 1);
    assert.equal(raws('odd').join('\n'), '{"id":1,"name":"Zoë \\"Z\\"\\n\\t","price":12345678901234567890.10,' +
      '"made":"2024-02-29T10:00:00.123456+00:00","day":"0044-03-15 BC","doc":{"a": [1, 2.50]},"plain":{"b":\n 1},"list":[1,null],' +
      '"raw":"\\\\x00ff","strange \\"name":"x","none":null,"at":9007199254740993}');
    await axle.axleLater('wait');
    assert.deepEqual(axle.sql("select state, count(*) from hub.inbox join hub.source s using (source_id) where s.name = 'odd' group by 1"), [['5', '1']]);
  });

  test('rows without a mark are told of once, and a row that is too long costs itself', async () => {
    postgres.sql(`create table holes (id int, name text, email text, at int); insert into holes values (1, 'a', null, null), (2, 'b', null, 2),
      (3, repeat('x', 3000000), null, 3), (4, 'd', null, 4), (null, 'e', null, 5)`);
    add('holes', 'query="select * from holes" mark="at" id="id"');
    await came('holes', 4);
    await axle.axleLater('wait');
    assert.deepEqual(axle.sql(`select stage, code, message, length > 3000000, length(raw) <= 65536 from axle.reject where source = 'holes' order by 1, 2`), [
      ['size', 'too-long', 'the row is longer than a record may be', 't', 't'],
      ['transport', 'no-mark', "rows whose 'at' or 'id' is null are not read", 'f', 't']]);
    for (const pid of axle.processes('axle-callcenter')) process.kill(pid, 'SIGKILL');
    postgres.sql("insert into holes values (6, 'f', null, 6)");
    await came('holes', 5);
    await sleep(1000);
    assert.equal(count('holes'), 5);
  });

  test('what is wrong is said in words, without values and secrets', async () => {
    postgres.sql("create table wrong (id int, name text, email text, at int); insert into wrong values (1, 'Erika Mustermann', null, 1)");
    const cases = {
      several: ['query="select 1 as at; delete from wrong" mark="at"', /more than one|multiple commands/],
      nomark: ['query="select id from wrong" mark="at"', /the query gives no column 'at'; it gives id/],
      changing: ['query="with gone as (delete from wrong returning *) select * from gone" mark="at"', /./],
      value: ['query="select id, name::int, at from wrong" mark="at"', /SQLSTATE 22P02/],
      refused: ['query="select * from wrong" mark="at"', /password authentication failed/, postgres.dsn().replace(/password=\S+/, 'password=canary-5711')],
      unread: ['query="select * from wrong" mark="at"', /the connection string cannot be read/, 'host=x password=canary-5711 canary'],
    };
    for (const [name, [settings, , dsn]] of Object.entries(cases)) add(name, settings.replaceAll('<', '&lt;'), dsn);
    for (const [name, [, words]] of Object.entries(cases)) {
      const said = await until(`the error of ${name}`,
        () => axle.sql(`select error from hub.source_state join hub.source using (source_id) where name = '${name}' and error is not null`)[0]);
      assert.match(said[0], words);
      assert.doesNotMatch(said[0], /Erika|canary/);
    }
    assert.deepEqual(postgres.sql('select count(*) from wrong'), [['1']]);
    for (const name of Object.keys(cases)) rmSync(join(site, 'mappings', `${name}.xml`));
  });

  test('a row on which the other database fails costs itself', async () => {
    postgres.sql(`create table poison (id int, name text, email text, at int, price text);
      insert into poison select i, 'Anna ' || i, null, i / 2, case when i in (1, 7, 1500, 1501, 3000) then 'Erika' else '1' end from generate_series(1, 3000) i`);
    const read = 'select id, name, email, at, price::int as price from poison';
    add('poison', `query="${read}" mark="at" id="id" overlap="0s"`);
    await came('poison', 3000);
    await axle.axleLater('wait');
    const rejects = () => axle.sql("select message, convert_from(raw, 'UTF8') from axle.reject where source = 'poison' and stage = 'transport' order by reject_id");
    assert.deepEqual(rejects().map(([, raw]) => JSON.parse(raw)), [1, 7, 1500, 1501, 3000].map((id) => ({ at: `${Math.floor(id / 2)}`, id: `${id}` })));
    assert.equal(rejects()[1][0], "the query fails: the other database fails on a value (SQLSTATE 22P02) in the row whose 'at' is '3' and 'id' is '7'");
    postgres.sql("update poison set price = '2', at = 2000 where id = 7");
    await came('poison', 3001);
    assert.equal(count('poison'), 3001);
    assert.equal(rejects().length, 5);
    add('whole', 'query="select * from (select id, at, price::int as price from poison offset 0) q" mark="at" id="id"');
    await until('that no row is to blame', () => /fails on a value .* whichever rows it is asked for/.test(state('whole')[0]?.[1]), 30);
    for (const name of ['poison', 'whole']) rmSync(join(site, 'mappings', `${name}.xml`));
  });

  test('numbers that begin again, and an older state, lose nothing', async () => {
    postgres.sql(`create table again (id bigserial, name text, email text); insert into again (name) select 'a' from generate_series(1, 50)`);
    add('again', 'query="select * from again" mark="id" id="id" overlap="500ms"');
    await came('again', 50);
    postgres.keep('before');
    postgres.sql("insert into again (name) select 'b' from generate_series(1, 20)");
    await came('again', 70);
    await sleep(2000);
    postgres.goBackTo('before');
    postgres.sql("insert into again (id, name) select i, 'c' from generate_series(51, 90) i");
    await until('the new 51 to 90', () => new Set(raws('again').filter((raw) => JSON.parse(raw).name === 'c')).size === 40, 60);
    await axle.axleLater('wait');
    assert.deepEqual(axle.sql("select count(*) from axle.xref where source = 'again'"), [['90']]);
  });

  test('kills, cuts, restarts and a clock that is off while rows come: every row once', async (t) => {
    const chance = dice('postgresql');
    postgres.sql('create table rough (id bigserial primary key, name text, email text, at timestamptz not null)');
    const rough = mapping('rough', 'query="select * from rough" mark="at" id="id" overlap="2h" page-size="50"');
    const hub = hubWith(axle, 'campaign', 'rough', rough, { 'rough.dsn': postgres.dsn(proxy.port) });
    let records = 0, hours = 0;
    const late = [];
    const insert = (count) => `insert into rough (name, email, at) select ${name}, 'anna' || i || '@example.org',
      clock_timestamp() + interval '${hours} h' from generate_series(${records - count + 1}, ${records}) i`;
    const bring = async () => {
      const count = chance.between(1, 100);
      records += count;
      if (chance.below(3)) return postgres.sql(insert(count));
      // Committed later than what comes after it.
      const session = postgres.session();
      const done = session.run(`begin; ${insert(count)}; select pg_sleep(${chance.below(1000) / 1000}); commit`).then(() => session.end());
      late.push(done);
      return done;
    };
    await campaign(t, {
      chance,
      bring,
      faults: {
        ...faultsOf(hub.axle, 'rough', chance, axle),
        'cut at a byte': () => proxy.cut(chance.below(60000)),
        'cut all': () => proxy.drop(),
        'a network that is away': async () => { proxy.refuse(true); await sleep(chance.below(1000)); proxy.heal(); },
        'restart the other server': async () => {
          await Promise.all(late.splice(0));
          postgres.restart(chance.of(['fast', 'immediate']));
        },
        'a clock that is off': () => { hours = chance.of([-1, 0, 1]); },
        rewind: () => { try { hub.axle.sql('update hub.stream set cursor = null'); } catch { /* it is being restarted */ } },
      },
    });
    proxy.heal();
    const rows = postgres.sql('select id, row_to_json(r) from rough r order by id');
    assert.equal(rows.length, records);
    await assertCampaign(axle, hub, 'rough', { names: rows.map(([id]) => id), idOf: (raw) => String(JSON.parse(raw).id),
      mapping: rough.replace('<json/>', '<jsonl/>'), file: rows.map(([, json]) => `${json}\n`).join('') });
  });

  test('everything adds up', () => {
    assert.equal(axle.axle('verify').status, 0);
  });
});
