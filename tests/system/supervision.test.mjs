// One process for each source that is pulled: they come and go with the mappings, whatever kills them; each with
// the database rights that bringing records takes.
// Alone: it measures how soon processes are back.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Instance, sleep, until } from './axle.mjs';
import { dice, hubOn, long } from './history.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
const store = new Instance({ AXLE_SITE: site });
const chance = dice('supervision');

function mapping(name, { connector = 'web', from = '<directory pattern="*.csv"/>', more = '' } = {}) {
  const path = join(site, `${name}.new`);
  writeFileSync(path, `<source xmlns="urn:axle:source:1" name="${name}" connector="${connector}" trust="50" region="AU">
  <from>${from}</from>
  <format><csv/></format>
  <record class="customer" key="id"><value of="customer.name.family" from="family"/>${more}</record>
</source>
`);
  renameSync(path, join(site, 'mappings', `${name}.xml`));
}

function drop(axle, source, keys) {
  const path = join(axle.home, `${source}-${keys[0]}`);
  writeFileSync(path, `id,family\n${keys.map((key) => `${key},Name${key}\n`).join('')}`);
  renameSync(path, join(axle.home, 'in', source, `${keys[0]}.csv`));
}

const connectors = ['axle-mail', 'axle-callcenter', 'axle-web', 'axle-warranty'];
const argv = (pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);

// {source: [program, process id]} of what runs, as /proc knows it.
function readers(axle) {
  const found = {};
  for (const program of connectors)
    for (const pid of axle.processes(program)) {
      try {
        const [, source] = argv(pid);
        assert.ok(!(source in found), `two processes read ${source}`);
        found[source] = [program, pid];
      } catch (error) { if (error.code) continue; throw error; }
    }
  return found;
}

const programs = (axle) => Object.fromEntries(Object.entries(readers(axle)).map(([source, [program]]) => [source, program]));
const received = (axle, source) => Number(axle.sql(`select coalesce((select received from axle.conservation where source = '${source}'), 0)`)[0][0]);
const row = (axle, source) => axle.status().sources.find((each) => each.source === source);

before(() => {
  mkdirSync(join(site, 'mappings'));
  mapping('shop');
  mapping('club', { connector: 'web' });
  mapping('cards', { connector: 'warranty' });
  mapping('calls', { connector: 'callcenter' });
  mapping('clicks', { from: '<push/>' });
  store.up();
});
after(() => {
  store.remove();
  rmSync(site, { recursive: true, force: true });
});

test('each source that is pulled has a process of its own; one that is pushed has none', async () => {
  await until('all run', () => Object.keys(readers(store)).length === 4);
  assert.deepEqual(programs(store), { shop: 'axle-web', club: 'axle-web', cards: 'axle-warranty', calls: 'axle-callcenter' });
  const rows = store.status().processes.filter(({ source }) => source);
  assert.deepEqual(rows.map(({ program, source }) => `${program} ${source}`).sort(),
    ['axle-callcenter calls', 'axle-warranty cards', 'axle-web club', 'axle-web shop']);
  assert.match(store.must('status'), /^axle-web shop +\d+/m);
  await until('each says how it goes', () => store.status().sources.filter(({ state }) => state === 'waiting').length === 4);
  assert.equal(row(store, 'clicks').state, undefined);
  assert.deepEqual(store.sql(`select name, connector, state from axle.source order by name`), [
    ['calls', 'callcenter', 'waiting'], ['cards', 'warranty', 'waiting'], ['clicks', 'web', ''], ['club', 'web', 'waiting'],
    ['shop', 'web', 'waiting']]);
});

test('a mapping that comes, changes, breaks, or leaves has its process follow within seconds', async () => {
  mapping('late');
  await until('the new source is read', () => readers(store).late, 5);
  drop(store, 'late', ['l1']);
  store.must('wait', '--timeout', '20');
  assert.equal(received(store, 'late'), 1);

  const [, before] = readers(store).late;
  mapping('late', { more: '<value of="customer.nonsense" from="x"/>' });
  await sleep(2500);
  assert.equal(readers(store).late[1], before, 'a mapping with mistakes changes nothing');
  drop(store, 'late', ['l2']);
  await until('the one before goes on', () => received(store, 'late') === 2);

  mapping('late', { connector: 'mail' });
  await until('the other connector reads it', () => programs(store).late === 'axle-mail', 6);
  drop(store, 'late', ['l3']);
  await until('and brings', () => received(store, 'late') === 3);

  mapping('late', { from: '<push/>' });
  await until('nobody reads it', () => !readers(store).late, 6);
  assert.ok(!store.status().processes.some(({ source }) => source === 'late'));
});

test('a killed process is back within a second, however often, and its source loses nothing', async () => {
  const keys = [];
  for (let round = 1; round <= (long ? 60 : 8); round++) {
    const [source, [program, pid]] = chance.of(Object.entries(readers(store)));
    drop(store, 'shop', [`k${round}a`, `k${round}b`]);
    keys.push(`k${round}a`, `k${round}b`);
    await sleep(chance.below(30));
    process.kill(pid, 'SIGKILL');
    const start = Date.now();
    await until(`${program} ${source} is back`, () => {
      const now = readers(store)[source];
      return now && now[1] !== pid;
    }, 3);
    assert.ok(Date.now() - start < 1500, `${program} ${source} took ${Date.now() - start} ms`);
  }
  store.must('wait', '--timeout', '30');
  assert.deepEqual(store.sql(`select source_key from axle.xref where source = 'shop' order by 1`).flat(), keys.sort());
  assert.deepEqual(store.sql('select sum(balance) from axle.conservation'), [['0']]);
  const killed = store.status().processes.reduce((sum, { source, restarts }) => sum + (source ? restarts : 0), 0);
  assert.ok(killed >= (long ? 60 : 8), `${killed} restarts are counted`);
});

test('metrics tell how each source goes', async () => {
  const { AXLE_URL } = store.env();
  drop(store, 'shop', ['metric']);
  // The process has been killed a moment ago: it tells how it goes once it waits again.
  const text = await until('the source waits, and its record is told of', async () => {
    const told = await (await fetch(`${AXLE_URL}/metrics`)).text();
    return /^axle_source_state\{source="shop",connector="web",state="waiting"\} 1$/m.test(told) &&
      /^axle_source_records_total\{source="shop",connector="web"\} [1-9]/m.test(told) && told;
  }, 20);
  assert.match(text, /^axle_source_state\{source="shop",connector="web",state="waiting"\} 1$/m);
  assert.match(text, /^axle_source_state\{source="shop",connector="web",state="failing"\} 0$/m);
  const [, records] = /^axle_source_records_total\{source="shop",connector="web"\} (\d+)$/m.exec(text);
  assert.ok(Number(records) > 0);
  assert.match(text, /^# TYPE axle_source_last_look_seconds gauge$/m);
});

// Whoever is silent for a minute is stuck: that takes its minute.
test('what stands still is said in words', { skip: !long }, async () => {
  const [, pid] = readers(store).calls;
  process.kill(pid, 'SIGSTOP');
  try {
    await until('nobody reads it', () => row(store, 'calls').state === 'silent', 60);
    assert.match(store.must('status'), /source 'calls' is read by nobody/);
    assert.match(await (await fetch(`${store.env().AXLE_URL}/metrics`)).text(),
      /^axle_source_state\{source="calls",connector="callcenter",state="silent"\} 1$/m);
    await until('another one took its place', () => readers(store).calls?.[1] !== pid, 60);
  } finally {
    try { process.kill(pid, 'SIGCONT'); } catch { /* it is gone, as it should be */ }
  }
  await until('it is read', () => row(store, 'calls').state === 'waiting');
  assert.match(readFileSync(join(store.home, 'log/axled.log'), 'utf8'), /axle-callcenter calls \(process \d+\) has been silent for 6\d s/);
});

const rights = (axle) => axle.sql(`select application_name, count(*) from pg_stat_activity where application_name like 'axle-%' and datname = current_database() group by 1`);

test('a database user who may not make roles is told, and all goes on', async () => {
  const { PGHOST, PGPORT } = store.env();
  store.sql('create role plain login');
  store.sql('create database plain owner plain');
  const axle = new Instance({ AXLE_SITE: site, AXLE_DSN: `host=${PGHOST} port=${PGPORT} user=plain dbname=plain` });
  try {
    axle.up();
    const [advice] = /create role[^']*|grant axle_[^']*/.exec(readFileSync(join(axle.home, 'log/axled.log'), 'utf8'));
    await until('they run', () => readers(axle).shop);
    drop(axle, 'shop', ['p1']);
    axle.must('wait', '--timeout', '30');
    assert.equal(received(axle, 'shop'), 1);
    axle.down();
    store.sql(advice);
    axle.up();
    drop(axle, 'shop', ['p2']);
    await until('it arrives', () => received(axle, 'shop') === 2);
    assert.ok(rights(axle).length > 0);
    assert.doesNotMatch(axle.axle('init').stderr, /administrator/);
  } finally {
    axle.remove();
    store.sql('drop database plain with (force)');
  }
});
