// An instance: up and down, side by side, and every process back after kill -9.
// Alone: it measures how soon processes are back.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { bin, Instance, root, sleep, until } from './axle.mjs';

// A site of one mapping: no samples are fed.
const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
mkdirSync(join(site, 'mappings'));
writeFileSync(join(site, 'mappings/shop.xml'),
  `<source xmlns="urn:axle:source:1" name="shop" connector="web" trust="60" region="AU">
  <description>Accounts of the web shop</description>
  <from><directory pattern="*.csv"/></from>
  <format><csv delimiter="," encoding="UTF-8" header="yes"/></format>
  <record class="customer" key="id"><value of="customer.email" from="email"/></record>
</source>
`);
const made = [];
const instance = (env = {}, home = undefined) => {
  made.push(new Instance({ AXLE_SITE: site, ...env }, home));
  return made.at(-1);
};
// Making a cluster takes the longest: what can, uses the same home, one after the other.
const home = mkdtempSync(join(tmpdir(), 'axle-system-'));
const again = (env = {}) => instance(env, home);
after(() => {
  for (const each of made) each.remove();
  rmSync(site, { recursive: true, force: true });
});

const freePort = () => new Promise((done) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

test('wrong use ends with status 2 and says what was meant', () => {
  const axle = instance();
  for (const [words, hint] of [
    [['statsu'], /did you mean 'status'/],
    [['xyzzy'], /axle help/],
    [['status', '--jsno'], /did you mean --json/],
    [['status', 'now'], /usage: axle status/],
    [['help', 'nothing-such'], /no command/],
    [[], /usage: axle COMMAND/],
  ]) {
    const { status, stdout, stderr } = axle.axle(...words);
    assert.equal(status, 2, words.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, hint);
  }
});

test('help lists every command and explains one', () => {
  const axle = instance();
  const list = axle.must('help');
  const names = [...list.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name);
  for (const name of ['init', 'run', 'up', 'down', 'env', 'status', 'help']) assert.ok(names.includes(name), name);
  for (const name of names) assert.match(axle.must('help', name), new RegExp(`usage: axle ${name}`));
});

test('the version is that of the newest changes', () => {
  const [, newest] = /^(\d[\d.]*)/m.exec(readFileSync(join(root, 'CHANGES'), 'utf8'));
  assert.equal(instance().must('--version'), `axle ${newest}\n`);
});

test('before the first start there is nothing to show', () => {
  const axle = instance();
  assert.equal(axle.axle('env').status, 2);
  assert.equal(axle.axle('status').status, 1);
  assert.equal(axle.axle('down').status, 0);
});

test('up, env, a second start that keeps the data, down', async () => {
  const axle = again();
  assert.match(axle.up(), /ready at http:\/\/127\.0\.0\.1:\d+/);
  const env = axle.env();
  assert.match(env.AXLE_TOKEN, /^axle_[\w-]{43}$/);
  assert.match(env.AXLE_URL, /^http:\/\/[^/]+:\d+$/);
  assert.equal(statSync(join(axle.home, 'run/token')).mode & 0o777, 0o600);
  for (const folder of ['', 'done', 'failed'])
    assert.ok(existsSync(join(axle.home, 'in/shop', folder)), `in/shop/${folder}`);

  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit'])
    assert.deepEqual(axle.sql(`show ${setting}`), [['on']], setting);
  assert.deepEqual(axle.sql('show listen_addresses'), []);
  axle.sql('create table public.kept as select 42 as n');

  assert.match(axle.axle('up').stderr, /running already/);
  axle.down();
  assert.equal(axle.status().running, false);
  for (const program of ['axled', 'axle-watch', 'postgres', 'axle-worker', 'axle-api'])
    assert.deepEqual(axle.processes(program), [], program);

  const start = Date.now();
  axle.up();
  assert.ok(Date.now() - start < 10000, 'a second start takes seconds');
  assert.deepEqual(axle.sql('select n from public.kept'), [['42']]);
  assert.equal(axle.env().AXLE_TOKEN, env.AXLE_TOKEN);
  axle.down();
});

test('a mapping that is added to a running instance gets its drop folder', async () => {
  const axle = again();
  axle.up();
  writeFileSync(join(site, 'mappings/late.xml'), readFileSync(join(site, 'mappings/shop.xml'), 'utf8').replace('"shop"', '"late"'));
  const pushed = readFileSync(join(site, 'mappings/shop.xml'), 'utf8').replace('"shop"', '"brought"').replace(/<directory[^>]*>/, '<push/>');
  writeFileSync(join(site, 'mappings/brought.xml'), pushed);
  writeFileSync(join(site, 'mappings/later.xml'), readFileSync(join(site, 'mappings/shop.xml'), 'utf8').replace('"shop"', '"later"'));
  await until('in/late', () => existsSync(join(axle.home, 'in/late/failed')), 5);
  await until('in/later', () => existsSync(join(axle.home, 'in/later/failed')), 5);
  assert.ok(!existsSync(join(axle.home, 'in/brought')), 'nobody would look into that folder');
  axle.down();
});

test('PG variables of the caller do not lead astray', () => {
  const axle = again({ PGHOST: '/nowhere', PGPORT: '1', PGUSER: 'nobody', PGDATABASE: 'none', PGOPTIONS: '-c bogus=1' });
  axle.up();
  assert.equal(axle.axle('init').status, 0);
  axle.down();
});

test('every killed process is back soon, however often', async () => {
  const axle = again();
  axle.up();
  const { processes } = axle.status();
  const programs = [...new Set(processes.map(({ program }) => program))];
  assert.ok(programs.includes('axled') && programs.includes('postgres'));
  for (const program of programs) {
    const server = join(axle.home, 'pg/postmaster.pid');
    const alive = () => program === 'postgres'
      ? axle.status().processes.filter((row) => row.program === 'postgres' && row.pid !== 0).map((row) => row.process)
      : axle.processes(program);
    // A supervisor's child bears its name until it has become the program it is to be: as many as there should be.
    const due = program === 'postgres' ? 1 : processes.filter((row) => row.program === program).length;
    for (let round = 1; round <= 4; round++) {
      const before = await until(`${program} runs`, () => {
        const now = alive().filter((pid) => pid > 0);
        return now.length === due && now;
      });
      if (program === 'postgres') process.kill(Number(readFileSync(server, 'utf8').split('\n')[0]), 'SIGKILL');
      else process.kill(before[0], 'SIGKILL');
      const start = Date.now();
      await until(`${program} is back, round ${round}`, () => {
        const now = alive();
        return now.length >= before.length && !now.includes(before[0]) && now[0] !== 0;
      }, 3);
      assert.ok(Date.now() - start < 2000, `${program} took ${Date.now() - start} ms`);
    }
  }
  await until('the database answers again', () => {
    try { return axle.sql('select 1').length === 1; } catch { return false; }
  });
  assert.equal(axle.axle('up').status, 0);
  axle.down();
  for (const program of ['axled', 'axle-watch', 'postgres']) assert.deepEqual(axle.processes(program), [], program);
});

test('down finds what is left when supervisor and watcher were killed together', async () => {
  const axle = again();
  axle.up();
  for (const program of ['axle-watch', 'axled'])
    for (const pid of axle.processes(program)) process.kill(pid, 'SIGSTOP');
  for (const program of ['axle-watch', 'axled'])
    for (const pid of axle.processes(program)) process.kill(pid, 'SIGKILL');
  await sleep(200);
  axle.down();
  await until('all are gone', () => ['axled', 'axle-watch', 'postgres', 'axle-worker', 'axle-api']
    .every((program) => axle.processes(program).length === 0));
  axle.up();
  axle.down();
});

test('two instances run side by side', async () => {
  const port = await freePort();
  const [one, two] = [again(), instance({ AXLE_LISTEN: `127.0.0.1:${port}` })];
  one.up();
  two.up();
  const [first, second] = [one.env(), two.env()];
  assert.equal(second.AXLE_URL, `http://127.0.0.1:${port}`);
  for (const name of ['PGHOST', 'AXLE_URL', 'AXLE_TOKEN']) assert.notEqual(first[name], second[name], name);
  one.sql('create table public.mine as select 1 as n');
  assert.throws(() => two.sql('select n from public.mine'), /does not exist/);
  one.down();
  assert.equal(two.status().running, true);
  two.down();
});

test('a home whose name is long, or closed to user postgres, serves as well', () => {
  const dir = mkdtempSync(join(tmpdir(), 'axle-system-'));
  const long = instance({}, join(dir, 'it has a blank', 'x'.repeat(120)));
  long.up();
  assert.deepEqual(long.sql('select 1'), [['1']]);
  long.remove();
  rmSync(dir, { recursive: true, force: true });
});

test('an address in use is named', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await until('listening', () => server.address());
  const axle = instance({ AXLE_LISTEN: `127.0.0.1:${server.address().port}` });
  const { status, stderr } = await axle.axleLater('up');
  server.close();
  assert.equal(status, 2);
  assert.match(stderr, /cannot listen on 127\.0\.0\.1:\d+/);
  assert.equal(axle.status().running, false);
});

test('a server of one\'s own by AXLE_DSN', () => {
  const store = again();
  store.up();
  const { PGHOST, PGPORT, PGUSER, PGDATABASE } = store.env();
  const axle = instance({ AXLE_DSN: `host=${PGHOST} port=${PGPORT} user=${PGUSER} dbname=${PGDATABASE}` });
  axle.up();
  assert.equal(axle.env().PGHOST, PGHOST);
  assert.ok(!existsSync(join(axle.home, 'pg')));
  axle.down();
  store.down();
  const { status, stderr } = axle.axle('up');
  assert.equal(status, 2);
  assert.match(stderr, /cannot connect to PostgreSQL/);
});

test('run stays in front until it is interrupted', async () => {
  const axle = again();
  const child = spawn(join(bin, 'axle'), ['run'], { env: axle.environment });
  let out = '';
  child.stdout.on('data', (data) => { out += data; });
  const ended = new Promise((done) => { child.on('exit', done); });
  await until('ready', () => /ready at http.*\nToken: axle_/.test(out) || child.exitCode !== null, 60);
  assert.equal(axle.status().running, true);
  child.kill('SIGINT');
  assert.equal(await ended, 0);
  assert.equal(axle.status().running, false);
});

test('an instance in front goes when its front is killed', async () => {
  const axle = again();
  const child = spawn(join(bin, 'axle'), ['run'], { env: axle.environment, stdio: 'ignore' });
  await until('ready', () => existsSync(join(axle.home, 'run/ready')) || child.exitCode !== null, 60);
  assert.equal(axle.status().running, true);
  child.kill('SIGKILL');
  await until('stopped', () => !axle.status().running);
});
