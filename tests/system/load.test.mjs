// axle load as a whole: the same state as record by record, whatever the file holds, and whatever kills it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { bin, Instance, root, sleep, until } from './axle.mjs';
import { anyOrder, aside, assertSame, couples, dice, drop, hubOn, intoFiles, loadUntilDone, long, madeUp, makeSite, stateOf,
  withPast } from './history.mjs';

const chance = dice('load');
const site = makeSite();
writeFileSync(join(site, 'mappings/members.xml'), `<source xmlns="urn:axle:source:1" name="members" connector="web" trust="60" region="AU">
  <description>Members of a club</description>
  <from><directory pattern="*.csv*"/></from>
  <format><csv/></format>
  <delete if="op" is="del"/>
  <record class="customer" key="id">
    <effective from="changed"/>
    <value of="customer.name.given" from="first"/><value of="customer.name.family" from="last"/>
    <value of="customer.email" from="email"/><value of="customer.phone" from="phone"/>
    <value of="customer.birth_date" from="dob"/>
  </record>
</source>
`);

// Cards with the product that was bought, and its registration.
cpSync(join(root, 'mappings/warranty.xml'), join(site, 'mappings/warranty.xml'));

// As a whole, however few there are; in chunks of some hundred records by three processes, on a hub that has no workers:
// so that even what became of each delivery is the same each time.
const whole = { AXLE_SITE: site, AXLE_WORKERS: '0', AXLE_BULK_LEAST: '1', AXLE_CORES: '3', AXLE_MEMORY: '64' };
const store = new Instance({ AXLE_SITE: site, AXLE_WORKERS: '0' });
before(() => { store.up(); });
after(() => {
  store.remove();
  rmSync(site, { recursive: true, force: true });
});

const made = madeUp(long ? 20000 : 3000, 23);
const sources = [...made, couples(made, 300)];

// Members: people of the web shop: some come twice, change, go or cannot be read.
function members(from, to) {
  const people = made.find(({ name }) => name === 'web').lines.slice(from, to).map((line) => JSON.parse(line).profile);
  const rows = people.map(({ first = '', last = '', email = '', phones = [], dob = '' }, i) =>
    [`m${from + i}`, first, last, email, phones[0] ?? '', dob, chance.below(3) ? `2024-0${chance.between(1, 9)}-11T10:00:00Z` : '2023-05-07', '']);
  const later = rows.flatMap((row) => {
    const [id, first, last, email, phone, dob] = row;
    switch (chance.below(12)) {
      case 0: return [row];
      case 1: return [[id, first, last, email, `04${chance.between(10000000, 99999999)}`, dob, '2024-10-01', '']];
      case 2: return [[id, '', '', '', '', '', '', 'del']];
      case 3: return [[id, '', '', '', '', '', '', 'del'], [id, first, last, email, phone, dob, 'whenever', '']];
      case 4: return [['', first, last, email, phone, dob, '', '']];
      case 5: return [[id, first, last]];
      default: return [];
    }
  });
  return [...rows, ...chance.shuffled(later)].map((row) => `${row.join(',')}\n`).join('');
}
const header = 'id,first,last,email,phone,dob,changed,op\n';

// Everything that is counted, and what it came to.
function countsOf(axle) {
  axle.must('wait', '--timeout', '300');
  const { status, stdout } = axle.axle('verify', '--sample', '0');
  assert.equal(status, 0, stdout.split('\n').filter((line) => line.startsWith('WRONG')).join('\n'));
  return {
    conservation: axle.sql('select * from axle.conservation order by source'),
    rejects: axle.sql('select source, stage, code, line, "column", message from axle.reject order by 1, 4, 5, 6'),
    drift: axle.sql('select source, field, kind, records from axle.drift order by 1, 2, 3'),
    // What is left of one that is deleted depends on which deliveries came into one transaction.
    versions: axle.sql(`select source_key, part, version, state, case state when 0 then effective_at end,
      case state when 0 then doc::text end from hub.record order by 1, 2`),
    indexes: axle.sql(`select indexdef from pg_indexes where schemaname = 'hub' order by 1`),
    hash: axle.must('verify', '--hash').trim(),
  };
}

test('what a load makes of a file is what the queue makes of it', async () => {
  const first = { name: 'members', type: 'csv' }, second = { name: 'members', type: 'csv.gz' };
  const files = [[first, header + members(0, 600)], [second, gzipSync(header + members(400, 900))]];
  const queue = hubOn(store, 'queue', { AXLE_SITE: site, AXLE_WORKERS: '1' });
  const loaded = hubOn(store, 'loaded', whole);
  try {
    for (const [source, content] of files) {
      await drop(queue.axle, source, content);
      queue.axle.must('wait');
      const path = aside(loaded.axle, source, content);
      const told = JSON.parse(loaded.axle.must('load', path, '--source', 'members', '--json'));
      assert.equal(told.balance, 0);
      assert.equal(told.pending, 0);
      const again = JSON.parse(loaded.axle.must('load', path, '--source', 'members', '--json'));
      assert.equal(again.received, 0, 'the same file again');
      assert.deepEqual(countsOf(loaded.axle), countsOf(queue.axle));
    }
    assert.ok(loaded.axle.sql('select count(first_id) from hub.stream')[0][0] === '2', 'both were loaded as a whole');
  } finally {
    queue.remove();
    loaded.remove();
  }
});

test('several sources, with versions in any order and records of parts, come to the state of the queue', async () => {
  const past = withPast(sources, chance);
  const queue = hubOn(store, 'queue_all', { AXLE_SITE: site, AXLE_WORKERS: '2' });
  const loaded = hubOn(store, 'loaded_all', whole);
  try {
    for (const source of past) {
      const files = intoFiles(source, anyOrder(source, chance), 2);
      for (const content of files) await drop(queue.axle, source, content);
      for (const content of files) await loadUntilDone(loaded.axle, source, content);
    }
    assertSame(stateOf(queue.axle), stateOf(loaded.axle), 'queue and load');
    const things = `select class, doc::text from hub.thing order by 1, 2`;
    assert.ok(queue.axle.sql(things).length > 0);
    assert.deepEqual(loaded.axle.sql(things), queue.axle.sql(things));
  } finally {
    queue.remove();
    loaded.remove();
  }
});

// The web shop's accounts, a tenth of them twice.
const web = made.find(({ name }) => name === 'web');
const twice = `${[...web.lines, ...web.lines.slice(0, web.lines.length / 10)].join('\n')}\n`;

// Start a load, and kill it after a while; whether it was still at it.
async function killed(axle, path, ms) {
  const load = spawn(join(bin, 'axle'), ['load', path, '--source', 'web'], { env: axle.environment, stdio: 'ignore' });
  const ended = new Promise((done) => { load.on('exit', (status, signal) => done(signal)); });
  await sleep(ms);
  load.kill('SIGKILL');
  return (await ended) === 'SIGKILL';
}

const restartServer = () => {
  process.kill(Number(readFileSync(join(store.home, 'pg/postmaster.pid'), 'utf8').split('\n')[0]), 'SIGQUIT');
};

test('a load that is killed goes on, or the workers finish what it had brought', async (t) => {
  const calm = hubOn(store, 'calm', whole);
  const started = Date.now();
  await loadUntilDone(calm.axle, web, twice);
  const takes = Date.now() - started;
  const expected = stateOf(calm.axle);
  calm.remove();
  let met = 0;
  const rounds = long ? 50 : 10;
  for (let round = 0; round < rounds; round++) {
    const workers = round % 2 ? '2' : '0';
    const { axle, remove } = hubOn(store, `killed_${round}`, { ...whole, AXLE_WORKERS: workers });
    try {
      const path = aside(axle, web, twice);
      const after = chance.below(takes);
      if (round % 5 === 4) setTimeout(restartServer, chance.below(takes));
      const hit = await killed(axle, path, after);
      met += hit;
      const left = () => { try { return Number(axle.sql('select count(*) from hub.load')[0][0]); } catch { return -1; } };
      t.diagnostic(`killed after ${after} of ${takes} ms, ${workers} workers${hit ? '' : ' (it was done)'}`);
      if (workers !== '0') {
        await until('a worker has finished it', () => left() === 0, 120);
        axle.must('wait', '--timeout', '120');
        const { status, stdout } = axle.axle('verify', '--sample', '0');
        assert.equal(status, 0, stdout.split('\n').filter((line) => line.startsWith('WRONG')).join('\n'));
      }
      await loadUntilDone(axle, web, twice);
      assertSame(expected, stateOf(axle), `round ${round}`);
    } finally {
      remove();
    }
  }
  assert.ok(met >= rounds / 2, `of ${rounds} kills ${met} met a load`);
});

test('an interrupted load ends by itself and says how to go on', async () => {
  const { axle, remove } = hubOn(store, 'interrupted', whole);
  try {
    const path = aside(axle, web, twice);
    const load = spawn(join(bin, 'axle'), ['load', path, '--source', 'web'], { env: axle.environment, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    load.stderr.on('data', (text) => { said += text; });
    await until('it holds the hub', () => axle.sql('select count(*) from hub.load')[0][0] === '1');
    load.kill('SIGINT');
    const status = await new Promise((done) => { load.on('exit', done); });
    assert.equal(status, 2, said);
    assert.match(said, /run the same command again/);
    assert.ok(axle.status().loading > 0, 'status tells that all else waits');
    await loadUntilDone(axle, web, twice);
    assert.equal(axle.status().loading, 0);
    assert.equal(stateOf(axle).received.web, web.lines.length + Math.floor(web.lines.length / 10));
  } finally {
    remove();
  }
});
