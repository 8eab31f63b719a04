// PostgreSQL goes away for a while: nobody grows, who pushes is told when to come again, and everything arrives
// afterwards, once.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Instance, sleep, until } from './axle.mjs';
import { hubOn, long } from './history.mjs';
import { request } from './request.mjs';
import { Shop } from './services/shop.mjs';

const GROWTH_MOST = 8 * 1024; // KiB
const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
const nothing = mkdtempSync(join(tmpdir(), 'axle-site-'));
const store = new Instance({ AXLE_SITE: nothing, AXLE_WORKERS: '0' });
let axle, remove, shop, url, token;

function mapping(name, from, format, [id, family]) {
  writeFileSync(join(site, 'mappings', `${name}.xml`), `<source xmlns="urn:axle:source:1" name="${name}" connector="web" trust="50" region="AU">
  <from>${from}</from>
  <format>${format}</format>
  <record class="customer" key="${id}"><value of="customer.name.family" from="${family}"/></record>
</source>
`);
}

before(async () => {
  mkdirSync(join(site, 'mappings'));
  mkdirSync(join(nothing, 'mappings'));
  shop = await Shop.open({ login: 'none' });
  mapping('files', '<directory pattern="*.csv"/>', '<csv/>', ['id', 'family']);
  mapping('pages', `<http url="${shop.url('/page')}" every="300ms" paging="page" page="page" size="per_page" page-size="50" id="/id"/>`,
    '<json records="/orders"/>', ['/id', '/customer/family']);
  mapping('pushed', '<push/>', '<json/>', ['/id', '/family']);
  store.up();
  ({ axle, remove } = hubOn(store, 'away', { AXLE_SITE: site }));
  const env = axle.env();
  url = new URL(env.AXLE_URL);
  token = env.AXLE_TOKEN;
});
after(async () => {
  if (shop) await shop.stop();
  if (remove) remove();
  store.remove();
  for (const each of [site, nothing]) rmSync(each, { recursive: true, force: true });
});

// With a status of 0 where nobody answered in time.
const ask = (method, path, body, seconds = 20) =>
  request(url, path, { method, token, body, seconds, headers: { 'content-type': 'application/json' } }).catch(() => ({ status: 0, headers: {} }));

let made = 0;
const sent = { files: [], pushed: [] };

function drop() {
  const keys = Array.from({ length: 20 }, () => `f${++made}`);
  const path = join(axle.home, `${keys[0]}.csv`);
  writeFileSync(path, `id,family\n${keys.map((key) => `${key},Family${key}\n`).join('')}`);
  renameSync(path, join(axle.home, 'in/files', `${keys[0]}.csv`));
  sent.files.push(...keys);
}

async function push(key) {
  const answer = await ask('PUT', `/v1/sources/pushed/records/${key}`, JSON.stringify({ id: key, family: `Family${key}` }));
  if (answer.status === 202 || answer.status === 200) sent.pushed.push(key);
  return answer;
}

const memory = (pid) => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
// What the supervisor says runs; `axle status` asks the database, too.
const standing = () => readFileSync(join(axle.home, 'run/processes'), 'utf8').trim().split('\n').map((line) => {
  const [program, , process, , , source] = line.split(' ');
  return { program, process: Number(process), source };
});

async function arrived() {
  await until('all files arrive', () => !readdirSync(join(axle.home, 'in/files')).some((name) => name.endsWith('.csv')), 60);
  await until('all pages arrive', () => Number(axle.sql(`select count(*) from axle.xref where source = 'pages'`)[0][0]) >= shop.orders.size, 60);
  axle.must('wait', '--timeout', '120');
  for (const source of ['files', 'pushed'])
    assert.deepEqual(axle.sql(`select source_key from axle.xref where source = '${source}' order by source_key collate "C"`).flat(), [...sent[source]].sort(), source);
  assert.deepEqual(axle.sql(`select source, received from axle.conservation order by 1`),
    [['files', `${sent.files.length}`], ['pages', `${shop.orders.size}`], ['pushed', `${sent.pushed.length}`]]);
  assert.deepEqual(axle.sql('select sum(balance), sum(rejected) from axle.conservation'), [['0', '0']]);
  assert.equal(axle.axle('verify').status, 0);
}

// Everybody of that server, from its first process on.
function serverProcesses() {
  const first = readFileSync(join(store.home, 'pg/postmaster.pid'), 'utf8').split('\n')[0];
  const parent = (pid) => { try { return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) \S /, '').split(' ')[0]; } catch { return ''; } };
  return [first, ...readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && parent(pid) === first)].map(Number);
}

async function spell(seconds, least) {
  await sleep(3000);
  const before = new Map(standing().map((row) => [row.process, [row, memory(row.process)]]));
  const refused = [];
  let health = 0;
  for (const end = Date.now() + (seconds - 3) * 1000; Date.now() < end;) {
    drop();
    shop.add(5);
    const key = `p${++made}`;
    const { status, headers } = await push(key);
    refused.push({ key, status, after: headers['retry-after'] });
    health = (await ask('GET', '/healthz')).status;
    await sleep(long ? 2000 : 200);
  }
  assert.equal(health, 200, 'the API itself lives');
  assert.ok(refused.length >= least, `${refused.length} were refused`);
  for (const { key, status, after: later } of refused) {
    assert.equal(status, 503, `${key}: ${JSON.stringify(refused.map((each) => each.status))}`);
    assert.ok(Number(later) >= 1, `${key} is told to come again after ${later}`);
  }
  const now = standing();
  for (const row of now) {
    if (!before.has(row.process)) continue; // another one took its place
    const grown = memory(row.process) - before.get(row.process)[1];
    assert.ok(grown < GROWTH_MOST, `${row.program} ${row.source ?? ''} has grown by ${grown} KiB`);
  }
  return { refused, same: now.every((row) => before.has(row.process)) };
}

async function again({ refused }) {
  for (const { key } of refused)
    await until(`${key} is taken`, async () => [200, 202].includes((await push(key)).status), 30);
}

test('all is well', async () => {
  drop();
  shop.add(20);
  assert.equal((await push('p0')).status, 202);
  await arrived();
});

test('the server is stopped for a while', async (t) => {
  store.down();
  const { refused, same } = await spell(long ? 600 : 20, 20);
  assert.ok(same, 'nobody ended');
  assert.equal((await ask('GET', '/readyz')).status, 503);
  t.diagnostic(`${refused.length} refused`);
  store.up();
  await again({ refused });
  await arrived();
});

test('the server is there and does not answer', async (t) => {
  const held = serverProcesses();
  let spent;
  try {
    held.forEach((pid) => process.kill(pid, 'SIGSTOP'));
    spent = await spell(long ? 180 : 8, 1);
  } finally {
    held.forEach((pid) => { try { process.kill(pid, 'SIGCONT'); } catch { /* it ended meanwhile */ } });
  }
  t.diagnostic(`${spent.refused.length} refused`);
  await again(spent);
  await arrived();
});
