// The incremental rate: how many records a second go from a file to published customers, durably, into a
// hub that holds 100,000 already. Printed beside the time of a plain COPY of the same rows and of an
// fdatasync on the same disk, measured in the same run.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instance, bin, customersAlone, root } from '../system/axle.mjs';
import { fdatasyncMs, seconds } from './measure.mjs';

const stored = Number(process.env.BENCH_STORED ?? 100000);
const added = Number(process.env.BENCH_ADDED ?? 30000);
const sources = { callcenter: 'callcenter.csv', warranty: 'warranty.csv', mail: 'mail.jsonl', web: 'web.jsonl' };
const generate = join(process.env.AXLE_TOOLS ?? join(root, 'build/release'), 'tests/data/generate');

// Each source's records in two files: what is stored first, and what comes later.
function split(from, share) {
  const parts = { before: {}, after: {} };
  for (const [source, file] of Object.entries(sources)) {
    const lines = readFileSync(join(from, file), 'utf8').trimEnd().split('\n');
    const header = file.endsWith('.csv') ? [lines.shift()] : [];
    const cut = Math.round(lines.length * share);
    parts.before[source] = { file, lines: [...header, ...lines.slice(0, cut)] };
    parts.after[source] = { file, lines: [...header, ...lines.slice(cut)] };
  }
  return parts;
}

// From files to customers, with the sample mappings as `alter` leaves them.
function measure(what, stored, added, alter) {
  const work = mkdtempSync(join(tmpdir(), 'axle-bench-'));
  const site = join(work, 'site');
  mkdirSync(join(site, 'mappings'), { recursive: true });
  for (const source of Object.keys(sources))
    writeFileSync(join(site, 'mappings', `${source}.xml`), alter(readFileSync(join(root, 'mappings', `${source}.xml`), 'utf8')));
  spawnSync(generate, ['--seed', '20261122', '--records', String(stored + added), '--out', work], { stdio: 'inherit' });
  const parts = split(work, stored / (stored + added));

  const instance = new Instance({ AXLE_SITE: site, AXLE_WORKERS: '2' });
  try {
    instance.up();
    const load = (part, name) => Object.entries(part).reduce((sum, [source, { file, lines }]) => {
      const path = join(work, `${name}-${file}`);
      writeFileSync(path, lines.join('\n') + '\n');
      const report = JSON.parse(instance.must('load', path, '--source', source, '--json'));
      return { records: sum.records + report.received, seconds: sum.seconds + report.seconds };
    }, { records: 0, seconds: 0 });

    const first = load(parts.before, 'before');
    instance.must('wait');
    const later = load(parts.after, 'after');
    instance.must('wait');

    const rows = Object.values(parts.after).flatMap(({ lines }) => lines);
    const copied = join(work, 'rows.txt');
    writeFileSync(copied, rows.map((row) => row.replaceAll('\\', '\\\\').replaceAll('\t', ' ')).join('\n') + '\n');
    instance.sql('create table bench_copy (id bigint generated always as identity primary key, row text)');
    const copy = seconds(() => instance.sql(`\\copy bench_copy (row) from '${copied}'`));
    const [[bytes]] = instance.sql('select pg_database_size(current_database())');
    const sync = fdatasyncMs(instance.home);
    const rate = later.records / later.seconds;
    const verified = instance.axle('verify', '--sample', '2000').status === 0;

    console.log(`${what}: incremental, durable, 2 workers and the loading command itself on ${bin}`);
    console.log(`  first ${first.records} records    ${(first.records / first.seconds).toFixed(0)} records/s`);
    console.log(`  ${later.records} more at ${first.records}   ${rate.toFixed(0)} records/s   (at least 1500)`);
    console.log(`  plain COPY of those rows  ${copy.toFixed(2)} s: publishing takes ${(later.seconds / copy).toFixed(0)} times as long`);
    console.log(`  an fdatasync of 8 KiB     ${sync.toFixed(3)} ms: a record costs ${(1000 / rate / sync).toFixed(2)} of them`);
    console.log(`  database size             ${(Number(bytes) / (first.records + later.records) / 1024).toFixed(2)} KiB a record`);
    console.log(`  verify                    ${verified ? 'passes' : 'FAILS'}`);
    if (!verified) process.exitCode = 1;
  } finally {
    instance.remove();
    rmSync(work, { recursive: true, force: true });
  }
}

// Customers alone; then each with the case, the card or the message that it came with.
measure('customers', stored, added, customersAlone);
measure('with what came with them', stored / 5, added / 5, (mapping) => mapping);
