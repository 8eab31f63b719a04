// Records a second into the inbox, pulled from pages over HTTP, beside curl fetching the same pages one after
// the other. The shop serves pages that are ready made, from a process of its own.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Instance, sleep } from '../system/axle.mjs';
import { fdatasyncMs, seconds } from './measure.mjs';

const RECORDS = Number(process.env.BENCH_PULLED ?? 50000);
const PAGE = 500;
const AIM = 5000;

const server = `
  const record = (i) => ({ id: 'k' + i, updated_at: new Date(1767261600000 + i).toISOString(), name: 'Pat Number' + i,
    email: 'pat' + i + '@example.org', street: (i % 200) + ' Mill Road', city: 'Ely', postcode: 'CB7 4AA', note: 'x'.repeat(100) });
  const pages = Array.from({ length: ${RECORDS / PAGE} }, (_, p) => JSON.stringify({
    orders: Array.from({ length: ${PAGE} }, (_, i) => record(p * ${PAGE} + i)),
    next: p + 1 < ${RECORDS / PAGE} ? '/orders?page=' + (p + 1) : null }));
  require('node:http').createServer((request, answer) => {
    const ask = new URL(request.url, 'http://shop').searchParams;
    const body = ask.get('since') ? '{"orders":[],"next":null}' : pages[Number(ask.get('page') ?? 0)];
    answer.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    answer.end(body);
  }).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
const shop = spawn(process.execPath, ['-e', server], { stdio: ['ignore', 'pipe', 'inherit'] });
const port = await new Promise((done) => shop.stdout.once('data', (text) => done(Number(text))));

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
mkdirSync(join(site, 'mappings'));
// No workers: what is measured is the way into the inbox.
const axle = new Instance({ AXLE_SITE: site, AXLE_WORKERS: '0', AXLE_INBOX_MOST: '10000000' });
const count = () => Number(axle.sql('select count(*) from hub.inbox')[0][0]);

try {
  const list = join(site, 'pages');
  writeFileSync(list, Array.from({ length: RECORDS / PAGE }, (_, p) =>
    `url = "http://127.0.0.1:${port}/orders?page=${p}"\noutput = "${join(site, 'page')}"\n`).join(''));
  const curl = () => seconds(() => spawnSync('curl', ['-sf', '-K', list], { stdio: 'inherit' }));
  curl();
  const plain = RECORDS / curl();
  writeFileSync(join(site, 'mappings/shop.xml'), `<source xmlns="urn:axle:source:1" name="shop" connector="web" trust="50" region="AU">
  <description>A benchmark</description>
  <from><http url="http://127.0.0.1:${port}/orders" every="1s" paging="link" next="/next" id="/id" mark="/updated_at" since="since"/></from>
  <format><json records="/orders"/></format>
  <record class="customer" key="/id"><value of="customer.email" from="/email"/></record>
</source>
`);
  axle.up();
  console.log(`fdatasync of 8 KiB: ${fdatasyncMs(axle.home).toFixed(2)} ms`);
  while (count() < RECORDS) await sleep(100);
  // From the first transaction to the last.
  const [[took]] = axle.sql('select extract(epoch from max(received_at) - min(received_at)) from hub.inbox');
  const rate = RECORDS / Number(took);
  console.log(`curl, the same pages       ${Math.round(plain).toString().padStart(8)}/s`);
  console.log(`HTTP pull, pages of ${PAGE}    ${Math.round(rate).toString().padStart(8)}/s  ${(rate / plain).toFixed(2)} of curl`);
  if (rate < AIM) console.log(`  below ${AIM}/s`);
  if (count() !== RECORDS) throw new Error(`${count()} of ${RECORDS} are stored`);
} finally {
  axle.remove();
  shop.kill();
  rmSync(site, { recursive: true, force: true });
}
