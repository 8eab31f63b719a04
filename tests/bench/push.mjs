// Records a second into the inbox over HTTP: in batches and one by one, beside requests that do nothing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Instance, sleep } from '../system/axle.mjs';
import { connections, request } from '../system/request.mjs';
import { fdatasyncMs, quantile } from './measure.mjs';

const BATCHED = Number(process.env.BENCH_PUSHED ?? 100000);
const SINGLE = Math.ceil(BATCHED / 10);
const AIM = 5000;

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
mkdirSync(join(site, 'mappings'));
writeFileSync(join(site, 'mappings/events.xml'),
  `<source xmlns="urn:axle:source:1" name="events" connector="web" trust="50" region="AU">
  <description>A benchmark</description>
  <from><push/></from>
  <format><json/></format>
  <record class="customer" key="/id"><value of="customer.email" from="/email"/></record>
</source>
`);
// No workers: what is measured is the way into the inbox.
const axle = new Instance({ AXLE_SITE: site, AXLE_WORKERS: '0', AXLE_INBOX_MOST: '10000000' });
axle.up();
const { AXLE_URL, AXLE_TOKEN } = axle.env();

let refused = 0;
const record = (i) => JSON.stringify({ id: `k${i}`, name: `Pat Number${i}`, email: `pat${i}@example.org`,
  street: `${i % 200} Mill Road`, city: 'Ely', postcode: 'CB7 4AA', phone: '+441353555123', note: 'x'.repeat(100) });

async function send(agent, method, path, body) {
  const headers = { 'content-type': 'application/json' };
  for (;;) {
    const { status } = await request(AXLE_URL, path, { agent, method, token: AXLE_TOKEN, headers, body });
    if (status < 300) return;
    if (status !== 503) throw new Error(`${status} for ${path}`);
    refused++; // a busy machine: as a sender would, once more
    await sleep(100);
  }
}

// `count` requests, `width` at a time; seconds, and milliseconds of each.
async function run(count, width, one) {
  const agent = connections(width);
  const times = [];
  const began = performance.now();
  let next = 0;
  await Promise.all(Array.from({ length: width }, async () => {
    while (next < count) {
      const i = next++;
      const from = performance.now();
      await one(agent, i);
      times.push(performance.now() - from);
    }
  }));
  agent.destroy();
  return { seconds: (performance.now() - began) / 1000, times };
}

const show = (name, records, { seconds, times }, baseline) =>
  console.log(`${name.padEnd(26)} ${Math.round(records / seconds).toString().padStart(8)}/s` +
    `  p50 ${quantile(times, 0.5).toFixed(1)} ms  p99 ${quantile(times, 0.99).toFixed(1)} ms` +
    (baseline ? `  ${(records / seconds / baseline).toFixed(2)} of the empty requests` : ''));

try {
  console.log(`fdatasync of 8 KiB: ${fdatasyncMs(axle.home).toFixed(2)} ms`);
  await run(500, 16, (agent) => send(agent, 'GET', '/healthz'));
  const empty = await run(SINGLE, 32, (agent) => send(agent, 'GET', '/healthz'));
  const baseline = SINGLE / empty.seconds;
  show('empty requests', SINGLE, empty);
  let id = 0;
  for (const size of [1000, 100, 10, 1]) {
    const count = size === 1 ? SINGLE : Math.ceil(BATCHED / size / (size === 10 ? 2 : 1));
    const bodies = Array.from({ length: count }, () => (size === 1 ? record(id++)
      : `[${Array.from({ length: size }, () => record(id++)).join(',')}]`));
    const done = await run(count, size > 100 ? 4 : 32, (agent, i) => send(agent, 'POST', '/v1/push/events', bodies[i]));
    show(size === 1 ? 'one by one, 32 senders' : `batches of ${size}`, count * size, done, baseline);
    if (count * size / done.seconds < AIM) console.log(`  below ${AIM}/s`);
  }
  if (refused) console.log(`${refused} times refused, and sent again`);
  const stored = Number(axle.sql('select count(*) from hub.inbox')[0][0]);
  if (stored !== id) throw new Error(`${stored} of ${id} are stored`);
} finally {
  axle.remove();
  rmSync(site, { recursive: true, force: true });
}
