// The frame of all connectors, by the drop folder: at once, once, by one process of one host, and never more
// than the hub can take.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { bin, Instance, sleep, until } from './axle.mjs';
import { assertEachOnce, campaign, faultsOf, reader, roundsOf, signal } from './campaign.mjs';
import { assertSame, dice, hubOn, stateOf } from './history.mjs';

const chance = dice('connectors');
const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
const hub = new Instance({ AXLE_SITE: site });

function mapping(name, pattern = '*.csv') {
  mkdirSync(join(site, 'mappings'), { recursive: true });
  writeFileSync(join(site, 'mappings', `${name}.xml`), `<source xmlns="urn:axle:source:1" name="${name}" connector="web" trust="50" region="AU">
  <from><directory pattern="${pattern}"/></from>
  <format><csv/></format>
  <record class="customer" key="id">
    <value of="customer.name.full" from="name"/>
    <value of="customer.email" from="email"/>
  </record>
</source>
`);
}

before(() => {
  for (const name of ['people', 'slow', 'shared', 'moved']) mapping(name);
  hub.up();
});
after(() => {
  hub.remove();
  rmSync(site, { recursive: true, force: true });
});

const header = 'id,name,email,version\n';
// Names that nobody takes for each other.
const syllables = ['ba', 'ce', 'di', 'fo', 'gu', 'ka', 'le', 'mi', 'no', 'pu', 'ra', 'se', 'ti', 'vo', 'wu', 'za'];
const word = (number) => Array.from({ length: 4 }, (_, i) => syllables[(number >>> (4 * i)) & 15]).join('');
const person = (id, version = 1) => `${id},${word(id * 40503)} ${word(id * 30011 + version)},p${id}@example.org,${version}\n`;
const people = (from, count) => header + Array.from({ length: count }, (_, i) => person(from + i)).join('');
const folder = (axle, source) => join(axle.home, 'in', source);

// Written elsewhere and moved in.
function drop(axle, source, name, content) {
  const path = join(folder(axle, source), `.${name}`);
  writeFileSync(path, content);
  renameSync(path, join(folder(axle, source), name));
}

const received = (source) => Number(hub.sql(`select received from axle.conservation where source = '${source}'`)[0]?.[0] ?? 0);
const state = (source) => hub.sql(`select state from axle.source where name = '${source}'`)[0]?.[0];
const untaken = (axle, source) => [folder(axle, source), join(folder(axle, source), '.taken')]
  .flatMap((path) => (existsSync(path) ? readdirSync(path) : [])).filter((name) => /^[^.].*\./.test(name));
const ready = (source) => until(`${source} is read`, () => state(source) === 'waiting', 20);

test('a file is in the inbox some hundredths of a second after it came', async (t) => {
  await ready('people');
  const took = [];
  for (let i = 0; i < 20; i++) {
    const name = `quick-${i}.csv`;
    const start = process.hrtime.bigint();
    drop(hub, 'people', name, people(1000 + i, 1));
    while (!existsSync(join(folder(hub, 'people'), 'done', name))) {
      assert.ok(process.hrtime.bigint() - start < 5_000_000_000n, `${name} is not taken`);
      await sleep(1);
    }
    took.push(Number(process.hrtime.bigint() - start) / 1e6);
    await sleep(20);
  }
  took.sort((one, other) => one - other);
  t.diagnostic(`median ${took[10].toFixed(1)} ms, longest ${took[19].toFixed(1)} ms`);
  assert.ok(took[10] < 300, `median ${took[10]} ms`);
});

test('a file that is written where it lies is taken when its writer closes it', async () => {
  const path = join(folder(hub, 'people'), 'written.csv');
  const before = received('people');
  const fd = openSync(path, 'w');
  writeSync(fd, people(2000, 10));
  await sleep(700);
  writeSync(fd, person(2010));
  assert.ok(existsSync(path));
  closeSync(fd);
  await until('it is taken', () => existsSync(join(folder(hub, 'people'), 'done/written.csv')), 5);
  assert.equal(received('people'), before + 11);
});

test('the row of a source says how it goes', async () => {
  await ready('people');
  const row = () => JSON.parse(hub.sql(`select row_to_json(s) from hub.source_state s join hub.source using (source_id)
    where name = 'people'`)[0][0]);
  await until('its counts are there', () => row().records === received('people'), 15);
  const now = row();
  assert.equal(now.pid, reader(hub, 'people'));
  assert.equal(now.behind, 0);
  assert.ok(now.rate > 0 && now.lag_ms >= 0 && now.lag_ms < 5000, JSON.stringify(now));
  assert.ok(Date.now() - Date.parse(now.last_record) < 60000);
  assert.equal(now.attempts, 0);

  const taken = join(folder(hub, 'slow'), '.taken');
  await ready('slow');
  rmSync(taken, { recursive: true });
  writeFileSync(taken, '');
  await until('it fails', () => state('slow') === 'failing', 10);
  const [[error]] = hub.sql(`select error from axle.source where name = 'slow'`);
  assert.match(error, /in\/slow/);
  rmSync(taken);
  await until('it goes on', () => state('slow') === 'waiting', 30);
});

test('a changed mapping is taken over by the process that runs', async () => {
  await ready('moved');
  const pid = reader(hub, 'moved');
  drop(hub, 'moved', 'early.txt', people(3000, 5));
  mapping('moved', '*.txt');
  await until('the file fits now', () => existsSync(join(folder(hub, 'moved'), 'done/early.txt')), 20);
  assert.equal(reader(hub, 'moved'), pid);
});

test('SIGTERM ends a connector amid a large file, and the next one goes on at once', async () => {
  await ready('slow');
  drop(hub, 'slow', 'large.csv', people(1_000_000, 100_000));
  await until('some of it is there', () => received('slow') > 0, 20);
  const pid = reader(hub, 'slow');
  const start = Date.now();
  signal(pid, 'SIGTERM');
  await until('it has ended', () => reader(hub, 'slow') !== pid, 3);
  assert.ok(received('slow') < 100_000, 'it was done before');
  await until('the rest is there', () => received('slow') === 100_000, 30);
  assert.ok(Date.now() - start < 25_000);
  await until('it is put aside', () => existsSync(join(folder(hub, 'slow'), 'done/large.csv')));
});

// Instances of their own on one database, with one drop folder.
async function twoHosts(use) {
  const { PGHOST, PGPORT, PGUSER, PGDATABASE } = hub.env();
  const one = new Instance({ AXLE_SITE: site, AXLE_DSN: `host=${PGHOST} port=${PGPORT} user=${PGUSER} dbname=${PGDATABASE}` });
  const shared = join(one.home, 'in/shared');
  mkdirSync(folder(hub, 'shared'), { recursive: true });
  mkdirSync(join(one.home, 'in'), { recursive: true });
  symlinkSync(folder(hub, 'shared'), shared);
  one.up();
  try { await use(one); } finally { one.remove(); }
}

test('of two hosts one reads a source; one that was stopped for too long adds nothing', async () => {
  await ready('shared');
  await twoHosts(async (other) => {
    await until('the other host waits', () => reader(other, 'shared'), 20);
    const [[place]] = hub.sql(`select place from hub.lease join hub.source using (source_id) where name = 'shared'`);
    assert.ok(place.endsWith(hub.home), place);
    drop(hub, 'shared', 'a.csv', people(5_000_000, 60_000));
    await until('some of it is there', () => received('shared') > 0, 20);
    const stopped = reader(hub, 'shared');
    signal(stopped, 'SIGSTOP');
    assert.ok(received('shared') < 60_000, 'it was done before');
    await until('the other host has gone on', () => received('shared') === 60_000, 60);
    await until('and has put it aside', () => existsSync(join(folder(hub, 'shared'), 'done/a.csv')));
    const log = join(hub.home, 'log/axle-web.log');
    const said = readFileSync(log, 'utf8').length;
    const highest = () => hub.sql('select max(inbox_id) from hub.inbox')[0][0];
    const before = highest();
    signal(stopped, 'SIGCONT');
    await until('it sees that it was overtaken', () => /'shared': .*(taken over|reads it)/.test(readFileSync(log, 'utf8').slice(said)), 20);
    await sleep(1000);
    assert.equal(highest(), before);
    assert.equal(received('shared'), 60_000);
    drop(hub, 'shared', 'b.csv', people(6_000_000, 500));
    await until('the other host reads on', () => received('shared') === 60_500, 20);
    assert.ok(hub.sql(`select place from hub.lease join hub.source using (source_id) where name = 'shared'`)[0][0].endsWith(other.home));
  });
  drop(hub, 'shared', 'c.csv', people(7_000_000, 500));
  await until('the first host reads again', () => received('shared') === 61_000, 20);
});

test('while the inbox is full nothing more is taken', async () => {
  const full = hubOn(hub, 'crowded', { AXLE_SITE: site, AXLE_WORKERS: '0', AXLE_INBOX_MOST: '1000' });
  try {
    const rows = (query) => full.axle.sql(query)[0]?.[0];
    const of = `join hub.source using (source_id) where name = 'people'`;
    await until('it is read', () => rows(`select state from hub.source_state ${of}`) === 'waiting', 20);
    drop(full.axle, 'people', 'a.csv', people(1, 1500));
    await until('it is full', () => rows(`select state from hub.source_state ${of}`) === 'full', 20);
    drop(full.axle, 'people', 'b.csv', people(1501, 1500));
    await sleep(2500);
    assert.equal(rows(`select count(*) from hub.inbox ${of}`), '1500');
    const worker = spawn(join(bin, 'axle-worker'), [], { env: full.axle.environment, stdio: 'ignore' });
    try {
      await until('the rest is taken', () => rows(`select count(*) from hub.inbox ${of}`) === '3000', 60);
      full.axle.must('wait', '--timeout', '60');
    } finally {
      signal(worker.pid, 'SIGKILL');
    }
    assert.equal(rows('select sum(balance) from axle.conservation'), '0');
  } finally {
    full.remove();
  }
});

test('kills, restarts and rewinds while files come: each record once', async (t) => {
  const { axle, remove } = hubOn(hub, 'campaign', { AXLE_SITE: site });
  t.after(remove);
  const files = [];
  const rounds = roundsOf();
  let next = 1;

  // Some new people, and others who have moved on to their next version.
  const fresh = () => {
    const versions = files.flatMap(({ records }) => records).reduce((all, [id, version]) => all.set(id, version), new Map());
    const records = Array.from({ length: chance.between(1, rounds > 10 ? 100 : 400) }, () => [next++, 1]);
    for (let more = chance.below(20); more > 0 && versions.size; more--) {
      const id = chance.of([...versions.keys()]);
      if (!records.some(([other]) => other === id)) records.push([id, versions.get(id) + 1]);
    }
    return records;
  };
  const bring = async (round) => {
    const file = { name: `${String(round).padStart(6, '0')}.csv`, records: fresh() };
    file.content = header + file.records.map(([id, version]) => person(id, version)).join('');
    files.push(file);
    if (chance.below(3)) {
      drop(axle, 'people', file.name, file.content);
      return;
    }
    const fd = openSync(join(folder(axle, 'people'), file.name), 'w');
    writeSync(fd, file.content.slice(0, file.content.length / 2));
    await sleep(chance.below(150));
    writeSync(fd, file.content.slice(file.content.length / 2));
    closeSync(fd);
  };
  const faults = {
    ...faultsOf(axle, 'people', chance, hub),
    'the same file again': () => {
      const { content } = chance.of(files.slice(0, -1).concat(files[0]));
      drop(axle, 'people', `again-${next}.csv`, content);
    },
    rewind: () => {
      try {
        axle.sql(`update hub.stream set position = 0, byte_offset = 0, line = 1, ended_at = null where stream_id in
          (select stream_id from hub.stream order by random() limit 3)`);
      } catch { /* it is being restarted */ }
    },
  };
  await until('it is read', () => reader(axle, 'people'), 20);
  await campaign(t, { chance, faults, bring, rounds });
  await until('all is taken', () => untaken(axle, 'people').length === 0, 120);
  await until('the server is back', () => { try { return axle.sql('select 1'); } catch { return false; } }, 60);
  const disturbed = stateOf(axle, 600);
  assertEachOnce(axle, 'people', files.flatMap(({ records }) => records.map(([id, version]) => `${id}/${version}`)),
    (raw) => raw.replace(/^(\d+),.*,(\d+)$/, '$1/$2'));

  const calm = hubOn(hub, 'calm', { AXLE_SITE: site });
  t.after(calm.remove);
  for (const { name, content } of files) {
    writeFileSync(join(calm.axle.home, name), content);
    calm.axle.must('load', join(calm.axle.home, name), '--source', 'people');
  }
  assertSame(stateOf(calm.axle, 600), disturbed, 'disturbed');
});
