// The incremental rate: how many records a second go from the inbox to published customers, durably, by two workers, in
// a hub that holds many already; then, at half the rate that is wanted, how long each takes from its commit in the inbox to
// the commit of its golden record; then how long a value that 5,000 records share takes to turn generic. Printed beside a
// plain COPY of the same rows and an fdatasync on the same disk, measured in the same run.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instance, bin, customersAlone, root, sleep } from '../system/axle.mjs';
import { fdatasyncMs, quantile, seconds } from './measure.mjs';

const stored = Number(process.env.BENCH_STORED ?? 100000);
const added = Number(process.env.BENCH_ADDED ?? 30000);
const steady = Number(process.env.BENCH_STEADY ?? 20); // seconds
const rate = Number(process.env.BENCH_RATE ?? 1250); // half of what is wanted
const sharing = 5000;
const sources = { callcenter: 'callcenter.csv', warranty: 'warranty.csv', mail: 'mail.jsonl', web: 'web.jsonl' };
const generate = join(process.env.AXLE_TOOLS ?? join(root, 'build/release'), 'tests/data/generate');

// Deliveries of a source whose records are lines by themselves, put into the inbox as a connector does.
class Feed {
  constructor(instance, source, name) {
    this.instance = instance;
    [[this.source, this.stream]] = instance.sql(`insert into hub.stream (source_id, name, label)
      select source_id, '${name}', '${name}' from hub.source where name = '${source}' returning source_id, stream_id`);
    this.position = 0;
    this.psql = spawn('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1'], {
      env: { ...instance.environment, ...instance.env() }, stdio: ['pipe', 'pipe', 'inherit'] });
  }

  // One transaction.
  put(lines) {
    const bodies = lines.map((line) => `'\\x${Buffer.from(line).toString('hex')}'`).join(',');
    this.psql.stdin.write(`with d as (
        select nextval('hub.inbox_inbox_id_seq') as id, ${this.position} + n as position, body
        from unnest(array[${bodies}]::bytea[]) with ordinality as u(body, n)
      ), a as (insert into hub.inbox (inbox_id, stream_id, source_id, position) overriding system value
               select id, ${this.stream}, ${this.source}, position from d
      ), k as (insert into hub.payload select id, body from d
      ), q as (insert into hub.pending (inbox_id) select id from d)
      update hub.stream set received = received + ${lines.length}, position = ${this.position + lines.length}
      where stream_id = ${this.stream};\nnotify axle_work;\n`);
    this.position += lines.length;
  }

  async end() {
    this.psql.stdin.end();
    await once(this.psql, 'close');
  }
}

async function putAll(instance, name, parts, size) {
  for (const [source, lines] of Object.entries(parts)) {
    const feed = new Feed(instance, source, name);
    for (let i = 0; i < lines.length; i += size) feed.put(lines.slice(i, i + size));
    await feed.end();
  }
}

const took = async (work) => {
  const from = Date.now();
  await work();
  return (Date.now() - from) / 1000;
};

// At a steady rate, and what came of it: milliseconds from commit to commit, of customers with one such record.
async function latencies(instance, lines) {
  const [[before]] = instance.sql('select max(inbox_id) from hub.inbox');
  const feed = new Feed(instance, 'web', 'steady');
  const from = Date.now();
  for (let i = 0; i < lines.length;) {
    const due = Math.min(lines.length, Math.round((Date.now() - from) / 1000 * rate));
    if (due > i) feed.put(lines.slice(i, due));
    i = Math.max(i, due);
    await sleep(5);
  }
  await feed.end();
  instance.must('wait');
  return instance.sql(`select extract(epoch from max(pg_xact_commit_timestamp(g.xmin)) -
      max(pg_xact_commit_timestamp(p.xmin))) * 1000
    from hub.payload p join hub.record r using (inbox_id) join hub.link l using (record_id) join hub.golden g using (customer_id)
    where p.inbox_id > ${before} group by customer_id having count(*) = 1`).map(([ms]) => Number(ms)).filter((ms) => ms > 0);
}

// Everybody of these turns out to share a telephone number.
async function turn(instance) {
  const people = Array.from({ length: sharing }, (_, i) => ({ id: `turn-${i}`, email: `turn.${i}@${i % 977}.example.org`,
    first_name: `Given${String.fromCharCode(97 + i % 26)}${i % 89}`, last_name: `Family${String.fromCharCode(97 + i % 23)}${i % 83}` }));
  const lines = (more) => people.map((person) => JSON.stringify({ ...person, ...more }));
  writeFileSync(join(instance.environment.AXLE_SITE, 'mappings/turn.xml'), `<source xmlns="urn:axle:source:1" name="turn" connector="web" region="US">
  <from><push/></from><format><jsonl/></format>
  <record class="customer" key="/id">
    <value of="customer.name.given" from="/first_name"/><value of="customer.name.family" from="/last_name"/>
    <value of="customer.email" from="/email"/><value of="customer.phone" from="/phone"/>
  </record>
</source>
`);
  while (!instance.sql("select 1 from hub.source where name = 'turn' and mapping_id is not null").length) await sleep(200);
  await putAll(instance, 'apart', { turn: lines({}) }, 500);
  instance.must('wait');
  return took(async () => {
    await putAll(instance, 'shared', { turn: lines({ phone: '+1 212 736 4127' }) }, 500);
    instance.must('wait');
  });
}

async function measure(what, stored, added, alter, more) {
  const work = mkdtempSync(join(tmpdir(), 'axle-bench-'));
  const site = join(work, 'site');
  mkdirSync(join(site, 'mappings'), { recursive: true });
  for (const source of Object.keys(sources))
    writeFileSync(join(site, 'mappings', `${source}.xml`), alter(readFileSync(join(root, 'mappings', `${source}.xml`), 'utf8')));
  const lasting = more ? rate * steady * 2.2 : 0; // of which the records of one source last
  spawnSync(generate, ['--seed', '20261122', '--records', String(stored + added * 2 + lasting), '--out', work], { stdio: 'inherit' });

  const instance = new Instance({ AXLE_SITE: site, AXLE_WORKERS: '2' });
  try {
    instance.up();
    instance.sql('alter system set track_commit_timestamp = on');
    instance.down();
    instance.up();
    let records = 0, loading = 0;
    const parts = {}, share = stored / (stored + added * 2 + lasting);
    for (const [source, file] of Object.entries(sources)) {
      const lines = readFileSync(join(work, file), 'utf8').trimEnd().split('\n');
      const header = file.endsWith('.csv') ? [lines.shift()] : [];
      const cut = Math.round(lines.length * share);
      const path = join(work, `before-${file}`);
      writeFileSync(path, [...header, ...lines.slice(0, cut)].join('\n') + '\n');
      const report = JSON.parse(instance.must('load', path, '--source', source, '--json'));
      records += report.received;
      loading += report.seconds;
      if (!header.length) parts[source] = lines.slice(cut);
    }
    instance.must('wait');
    const [[before]] = instance.sql('select pg_database_size(current_database())');

    const last = more ? parts.web.splice(0, rate * steady) : [];
    for (const source of Object.keys(parts)) parts[source].splice(Math.ceil(added / 2));
    const rows = Object.values(parts).flat();
    const later = await took(async () => {
      await putAll(instance, 'later', parts, 500);
      instance.must('wait');
    });
    const copied = join(work, 'rows.txt');
    writeFileSync(copied, rows.map((row) => row.replaceAll('\\', '\\\\').replaceAll('\t', ' ')).join('\n') + '\n');
    instance.sql('create table bench_copy (id bigint generated always as identity primary key, row text)');
    const copy = seconds(() => instance.sql(`\\copy bench_copy (row) from '${copied}'`));
    instance.sql('drop table bench_copy');
    const sync = fdatasyncMs(instance.home);
    const each = later / rows.length;

    console.log(`${what}: incremental, durable, 2 workers, on ${bin}`);
    console.log(`  first ${records} records    ${(records / loading).toFixed(0)} records/s by axle load, ${(Number(before) / records).toFixed(0)} bytes of database each`);
    console.log(`  ${rows.length} more at ${records}   ${(1 / each).toFixed(0)} records/s   (at least 2500)`);
    console.log(`  plain COPY of those rows  ${copy.toFixed(2)} s: publishing takes ${(later / copy).toFixed(0)} times as long`);
    console.log(`  an fdatasync of 8 KiB     ${sync.toFixed(3)} ms: a record costs ${(1000 * each / sync).toFixed(2)} of them`);
    if (more) {
      const ms = await latencies(instance, last);
      console.log(`  at ${rate} records/s       commit to commit p50 ${quantile(ms, 0.5).toFixed(0)} ms, p99 ${quantile(ms, 0.99).toFixed(0)} ms of ${ms.length}   (at most 20, 100)`);
      const turned = await turn(instance);
      console.log(`  a telephone of ${sharing}       taken in, generic and all resolved anew in ${turned.toFixed(1)} s   (at most 5)`);
    }
    const verified = instance.axle('verify', '--sample', '2000');
    console.log(`  verify                    ${verified.status === 0 ? 'passes' : `FAILS\n${verified.stdout.match(/^WRONG.*$/gm)?.join('\n')}`}`);
    if (verified.status !== 0) process.exitCode = 1;
  } finally {
    instance.remove();
    rmSync(work, { recursive: true, force: true });
  }
}

// Customers alone; then each with the case, the card or the message that it came with.
await measure('customers', stored, added, customersAlone, true);
await measure('with what came with them', stored / 5, added / 5, (mapping) => mapping, false);
