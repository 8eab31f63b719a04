// The drop folder: records a second from a file into the inbox, durably, with no worker taking them out. Printed beside a
// plain COPY of the same lines into a table without an index, in the same run.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instance, until } from '../system/axle.mjs';
import { fdatasyncMs, seconds } from './measure.mjs';

const records = Number(process.env.BENCH_FILED ?? 500000);
const mapping = `<source xmlns="urn:axle:source:1" name="filed" connector="web">
  <from><directory pattern="*.csv"/></from>
  <format><csv/></format>
  <record class="customer" key="id"><value of="customer.email" from="email"/></record>
</source>
`;

// Lines of about 250 bytes.
function* lines() {
  yield 'id,email,given,family,street,city,state,postcode,phone,card,note\n';
  for (let i = 0; i < records; i++)
    yield `${i},person${i}@mail${i % 97}.example,Given${i % 5003},Family${i % 70001},${i % 300} Long Street,Suburb${i % 907},NSW,${2000 + (i % 900)},04${String(i).padStart(8, '0')},C${String(i).padStart(10, '0')},${'bought at a shop, asked for a call back, paid by card; '.repeat(2).replaceAll(',', '')}\n`;
}

const work = mkdtempSync(join(tmpdir(), 'axle-bench-'));
const site = join(work, 'site');
mkdirSync(join(site, 'mappings'), { recursive: true });
writeFileSync(join(site, 'mappings/filed.xml'), mapping);
const instance = new Instance({ AXLE_SITE: site, AXLE_WORKERS: '0', AXLE_INBOX_MOST: '100000000' });
try {
  instance.up();
  const folder = join(instance.home, 'in/filed');
  writeFileSync(join(folder, '.filed'), [...lines()].join(''));
  const from = process.hrtime.bigint();
  renameSync(join(folder, '.filed'), join(folder, 'filed.csv'));
  await until('the file is staged', () => existsSync(join(folder, 'done/filed.csv')), 300);
  const took = Number(process.hrtime.bigint() - from) / 1e9;
  const [[received]] = instance.sql("select received from axle.conservation where source = 'filed'");
  instance.sql('create table bench_copy (row text)');
  const copy = seconds(() => instance.sql(`\\copy bench_copy (row) from '${join(folder, 'done/filed.csv')}' with (format csv, delimiter E'\\x01', quote E'\\x02')`));
  console.log(`drop folder: ${received} records of ${records}, ${(records / took).toFixed(0)} records/s into the inbox (aim 100000)`);
  console.log(`  a plain COPY of those lines ${copy.toFixed(2)} s: staging takes ${(took / copy).toFixed(1)} times as long`);
  console.log(`  an fdatasync of 8 KiB       ${fdatasyncMs(instance.home).toFixed(3)} ms`);
  if (Number(received) !== records) process.exitCode = 1;
} finally {
  instance.remove();
  rmSync(work, { recursive: true, force: true });
}
