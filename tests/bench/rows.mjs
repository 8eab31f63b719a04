// How fast rows of another system's PostgreSQL come into the inbox, durably, beside `psql \\copy` of the same rows as
// JSON into a file in the same run.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instance, bin, sleep } from '../system/axle.mjs';
import { Postgres } from '../system/services/postgres.mjs';

const rows = Number(process.env.BENCH_ROWS ?? 300000);
const postgres = await Postgres.start();
const site = mkdtempSync(join(tmpdir(), 'axle-bench-'));
mkdirSync(join(site, 'mappings'));
const axle = new Instance({ AXLE_SITE: site, AXLE_WORKERS: '1', AXLE_INBOX_MOST: '100000000' });
const now = () => Number(process.hrtime.bigint()) / 1e9;

try {
  postgres.sql(`create table customer (id bigint primary key, given text, family text, email text, phone text, street text, city text,
    postcode text, birth_date date, changed timestamptz not null);
    insert into customer select i, 'Anna' || i % 1000, 'Muster' || i, 'anna' || i || '@example.org', '+4930' || i, 'Hauptstr. ' || i % 200, 'Berlin',
    (10000 + i % 4000)::text, date '1950-01-01' + i % 20000, now() - interval '1 day' + i * interval '1 ms' from generate_series(1, ${rows}) i;
    create index on customer (changed, id)`);
  postgres.sql('vacuum analyze customer');
  const file = join(site, 'copied');
  let began = now();
  spawnSync('psql', [...postgres.words('shop'), '-c', `\\copy (select row_to_json(c) from customer c order by changed, id) to '${file}'`],
    { env: postgres.environment });
  const copied = now() - began;

  axle.up();
  writeFileSync(join(site, 'customer.dsn'), postgres.dsn(), { mode: 0o600 });
  writeFileSync(join(site, 'mappings', 'customer.xml'), `<source xmlns="urn:axle:source:1" name="customer" connector="callcenter">
  <from><postgresql dsn-file="customer.dsn" query="select * from customer" mark="changed" id="id"/></from>
  <format><json/></format>
  <record class="customer" key="/id"><value of="customer.name.family" from="/family"/></record>
</source>`);
  const received = () => Number(axle.sql('select coalesce(sum(received), 0) from hub.stream')[0][0]);
  while (received() === 0) await sleep(10);
  // The way into the inbox alone: who made the mapping live has nothing more to do here.
  for (const pid of axle.processes('axle-worker')) process.kill(pid, 'SIGSTOP');
  began = now();
  const first = received();
  while (received() < rows) await sleep(20);
  const rate = (rows - first) / (now() - began);
  console.log(`${rows} rows of ten columns from another PostgreSQL into the inbox, durable, on ${bin}`);
  console.log(`  ${rate.toFixed(0)} rows/s   (at least 50000)`);
  console.log(`  psql \\copy of the same as JSON into a file  ${(rows / copied).toFixed(0)} rows/s: ${(rows / copied / rate).toFixed(2)} times as fast`);
} finally {
  for (const pid of axle.processes('axle-worker')) process.kill(pid, 'SIGCONT');
  axle.remove();
  postgres.remove();
  rmSync(site, { recursive: true, force: true });
}
