// Nothing acknowledged is lost and nothing counts twice: kill -9 anywhere, restarts of PostgreSQL, the same
// file again.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { bin, Instance, sleep, until } from './axle.mjs';
import { anyOrder, aside, assertSame, deadlocks, dice, drop, hubOn, intoFiles, loadUntilDone, long, madeUp, makeSite,
  stateOf, withPast } from './history.mjs';

const rounds = long ? 50 : 5;
const chance = dice('crash');
const site = makeSite();
const hub = new Instance({ AXLE_SITE: site, AXLE_WORKERS: '3', AXLE_BATCH: '40' });
before(() => { hub.up(); });
after(() => {
  hub.remove();
  rmSync(site, { recursive: true, force: true });
});

// Each source as files, one a round; between versions of a record their order holds.
const sources = withPast(madeUp(long ? 20000 : 3000, 11), chance)
  .map((source) => ({ ...source, files: intoFiles(source, anyOrder(source, chance), rounds) }));

function kill(pid, signal = 'SIGKILL') {
  try { process.kill(pid, signal); } catch { /* it was faster */ }
}

const server = () => Number(readFileSync(join(hub.home, 'pg/postmaster.pid'), 'utf8').split('\n')[0]);
const killProgram = (program) => () => {
  const pids = hub.processes(program);
  if (pids.length) kill(chance.of(pids));
};
const victims = {
  worker: killProgram('axle-worker'),
  'every worker': () => hub.processes('axle-worker').forEach((pid) => kill(pid)),
  connector: () => killProgram(chance.of(['axle-mail', 'axle-callcenter', 'axle-web', 'axle-warranty']))(),
  load: killProgram('axle'),
  axled: killProgram('axled'),
  'PostgreSQL, killed': () => kill(server()),
  'PostgreSQL, at once': () => kill(server(), 'SIGQUIT'),
};

// Tables at which a transaction is held up, so that a kill meets it half done.
const halves = ['inbox', 'stream', 'pending', 'record', 'posting', 'job', 'record_count', 'edge', 'link', 'customer', 'golden', 'outbox'];

// Run SQL beside everything else; ends with it or with the server.
function beside(sql) {
  const client = spawn('psql', ['-XAtq', '-c', sql], { env: { ...hub.environment, ...hub.env() }, stdio: 'ignore' });
  return new Promise((done) => { client.on('exit', done); });
}

// How much there is to do; unknown while the server is down.
function toDo() {
  try { return Number(hub.sql('select (select count(*) from hub.pending) + (select count(*) from hub.job)')[0][0]); } catch { return -1; }
}

async function disturb(t, name) {
  const table = chance.of(halves);
  const held = chance.below(3) > 0;
  const lock = held ? beside(`begin; lock table hub.${table} in exclusive mode; select pg_sleep(0.5)`) : null;
  await sleep(chance.between(held ? 200 : 20, held ? 400 : 600));
  const left = toDo();
  victims[name]();
  t.diagnostic(`kill ${name}${held ? ` while hub.${table} is held` : ''}, ${left} to do`);
  await lock;
  return left !== 0;
}

// One source delivers a file a round: dropped, or loaded until nothing interrupts it.
async function deliver(axle, source, begun) {
  for (const [round, content] of source.files.entries()) {
    await until('the next round', () => begun() >= round, 600);
    if ((round + source.name.length) % 3) await drop(axle, source, content, 300);
    else await loadUntilDone(axle, source, content, 300);
  }
}

let undisturbed;

test('kills and restarts under load cost nothing', async (t) => {
  const calm = hubOn(hub, 'calm', { AXLE_SITE: site, AXLE_WORKERS: '2' });
  await Promise.all(sources.map((source) => deliver(calm.axle, source, () => rounds)));
  undisturbed = stateOf(calm.axle);
  calm.remove();

  let round = 0;
  const delivered = Promise.all(sources.map((source) => deliver(hub, source, () => round)));
  let names = [], busy = 0;
  for (; round < rounds; round++) {
    names = names.length ? names : chance.shuffled(Object.keys(victims));
    busy += await disturb(t, names.pop());
    busy += await disturb(t, 'worker');
  }
  assert.ok(busy >= rounds, `of ${2 * rounds} kills ${busy} met work to do`);
  await delivered;
  assertSame(undisturbed, stateOf(hub), 'disturbed');
});

test('the same files again, and the same records in other files, add nothing', async () => {
  for (const source of sources) for (const content of source.files.slice(0, 5)) await drop(hub, source, content);
  assertSame(undisturbed, stateOf(hub), 'the same files');
  for (const source of sources) {
    const content = source.header + chance.shuffled(source.lines).map((line) => `${line}\n`).join('');
    await drop(hub, source, content);
  }
  const again = stateOf(hub);
  for (const source of sources) again.received[source.name] -= source.lines.length;
  assertSame(undisturbed, again, 'the same records');
});

// Accounts of the web shop, of people who have nothing in common.
const web = sources.find(({ name }) => name === 'web');
const people = [['Aldous', 'Brannigan'], ['Bettina', 'Czerny'], ['Cosmo', 'Dalrymple'], ['Delphine', 'Eastwick'], ['Ezra', 'Fotheringham'],
  ['Florian', 'Gottschalk'], ['Gwenda', 'Hrubesch'], ['Hamish', 'Ivanovic'], ['Ingrid', 'Jaworski'], ['Jocasta', 'Kilbride'],
  ['Kelvin', 'Lindqvist'], ['Leopold', 'Mbeki'], ['Marisol', 'Nakagawa'], ['Nestor', 'Oyelaran'], ['Ottilie', 'Pfeiffer']];
const account = (key, [first, last]) => `${JSON.stringify({
  account: key, profile: { first, last, email: `${last}@${first}.example`, phones: [] },
})}\n`;

// Keep a lock until it is released.
async function hold(lock) {
  const query = `begin; ${lock}; select pg_sleep(60)`;
  const client = spawn('psql', ['-XAtq', '-c', query], { env: { ...hub.environment, ...hub.env(), PGAPPNAME: 'holder' }, stdio: 'ignore' });
  const ended = new Promise((done) => { client.on('exit', done); });
  const holders = `select pid from pg_stat_activity where application_name = 'holder'`;
  await until('the lock is held', () => hub.sql(`${holders} and wait_event = 'PgSleep'`).length);
  return async () => {
    hub.sql(`select pg_terminate_backend(pid) from (${holders}) h`);
    await ended;
  };
}

// Every table that a connector or a worker writes to on a record's way.
const steps = ['stream', 'inbox', 'payload', 'pending', 'record', 'posting', 'job', 'record_count', 'edge', 'link', 'customer', 'golden', 'outbox'];

test('a kill at each step of a transaction costs nothing', async () => {
  for (const [step, table] of steps.entries()) {
    const release = await hold(`lock table hub.${table} in exclusive mode`);
    const delivered = drop(hub, web, account(`one-${table}`, people[step]) + account(`two-${table}`, people[step]));
    try {
      const [program] = await until(`somebody waits for hub.${table}`, () => hub.sql(
        `select application_name from pg_stat_activity where wait_event_type = 'Lock' and application_name like 'axle-%'`)[0]);
      hub.processes(program).forEach((pid) => kill(pid));
    } finally {
      await release();
    }
    await delivered;
  }
  stateOf(hub);
  assert.deepEqual(hub.sql(`select count(*) from axle.xref where source_key ~ '^(one|two)-'`), [[`${2 * steps.length}`]]);
});

test('a delivery that is overtaken by the next of its record changes nothing', async () => {
  const workers = hub.processes('axle-worker');
  workers.forEach((pid) => kill(pid, 'SIGSTOP'));
  await drop(hub, { name: 'couples', type: 'csv' },
    'id,name,email,guest,guest_email\nlate,Ottokar Quist,o@quist.example,Wilma Tarrant,w@tarrant.example\nlate,Ottokar Quist,o@quist.example,,\n');
  const release = await hold('select from hub.pending order by inbox_id limit 1 for update');
  workers.forEach((pid) => kill(pid, 'SIGCONT'));
  await until('the later one is done', () => hub.sql('select count(*) from hub.pending')[0][0] === '1');
  await release();
  hub.must('wait', '--timeout', '60');
  assert.deepEqual(hub.sql(`select source_key, part from axle.xref where source = 'couples'`), [['late', '']]);
  assert.deepEqual(hub.sql(`select "current", superseded from axle.conservation where source = 'couples'`), [['1', '1']]);
});

test('a load that is killed goes on where it was', async () => {
  const { axle, remove } = hubOn(hub, 'killed_load', { AXLE_SITE: site, AXLE_WORKERS: '1' });
  const [source] = sources;
  const path = aside(axle, source, source.files.map((content) => content.slice(source.header.length)).join(''));
  for (let times = 0; times < 4; times++) {
    const load = spawn(join(bin, 'axle'), ['load', path, '--source', source.name], { env: axle.environment, stdio: 'ignore' });
    await sleep(chance.between(10, 300));
    kill(load.pid);
  }
  axle.must('load', path, '--source', source.name);
  const state = stateOf(axle);
  assert.equal(state.received[source.name], source.versions.flat().length);
  assert.equal(state.current[source.name], source.versions.length);
  assert.match(axle.must('load', path, '--source', source.name), /^0 received/);
  remove();
});

test('a delivery that the database refuses is set aside; its neighbours go on', async () => {
  hub.sql(`create function hub.refuse() returns trigger language plpgsql as
    $$ begin raise exception using errcode = '22003', message = 'out of range'; end $$;
    create trigger refuse before insert on hub.record for each row when (new.source_key like 'refused-%') execute function hub.refuse()`);
  const keys = ['good-1', 'refused-1', 'good-2', 'good-3', 'refused-2', 'good-4'];
  await drop(hub, web, keys.map((key, i) => account(key, people.at(-1 - i))).join(''));
  hub.must('wait', '--timeout', '60');
  assert.deepEqual(hub.sql(`select stage, code, line, message like '%out of range' from axle.reject where source = 'web' order by line`),
    [['validate', 'store', '2', 't'], ['validate', 'store', '5', 't']]);
  assert.deepEqual(hub.sql(`select count(*) from axle.xref where source_key like 'good-%'`), [['4']]);
  assert.deepEqual(hub.sql('select sum(balance), sum(pending) from axle.conservation'), [['0', '0']]);
  assert.equal(hub.axle('verify').status, 0);
});

test('a delivery that ends whoever works on it is set aside; its neighbours go on', async (t) => {
  hub.sql(`create function hub.linger() returns trigger language plpgsql as $$ begin perform pg_sleep(30); return new; end $$;
    create trigger linger before insert on hub.record for each row when (new.source_key like 'deadly-%') execute function hub.linger()`);
  await drop(hub, web, ['sound-1', 'sound-2', 'deadly-1', 'sound-3', 'sound-4'].map((key, i) => account(key, people.at(-1 - i))).join(''));
  const lingering = `select client_port, pid from pg_stat_activity where wait_event = 'PgSleep' and application_name = 'axle-worker'`;
  let deaths = 0;
  await until('the delivery is set aside', () => {
    // Its worker dies, as if of a signal of its own; so does what the server still does for it.
    if (hub.sql(lingering).length) {
      hub.processes('axle-worker').forEach((pid) => kill(pid));
      hub.sql(`select pg_terminate_backend(pid) from (${lingering}) l`);
      deaths++;
    }
    return hub.sql(`select reject_id from axle.reject where code = 'crash'`).length;
  }, 60);
  t.diagnostic(`set aside after ${deaths} deaths`);
  hub.must('wait', '--timeout', '60');
  // Of seven attempts a death ends three at most, one a worker.
  assert.ok(deaths >= 3 && deaths <= 9, `${deaths} deaths`);
  assert.deepEqual(hub.sql(`select stage, line from axle.reject where code = 'crash'`), [['validate', '3']]);
  assert.deepEqual(hub.sql(`select count(*) from axle.xref where source_key like 'sound-%'`), [['4']]);
  assert.equal(hub.axle('verify').status, 0);
  assert.deepEqual(deadlocks(hub), []);
});
