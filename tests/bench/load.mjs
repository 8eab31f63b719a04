// axle load as a whole: from a CSV file to published, durable customers, phase by phase, and a delta of a tenth onto that;
// beside a plain COPY of the same lines and an fdatasync, measured in the same run.
// BENCH_LOADED records (a million; ten with AXLE_BENCH_LARGE=1).
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instance, bin } from '../system/axle.mjs';
import { makeCrm, makeSite } from './crm.mjs';
import { fdatasyncMs, seconds } from './measure.mjs';

const records = Number(process.env.BENCH_LOADED ?? (process.env.AXLE_BENCH_LARGE === '1' ? 10000000 : 1000000));
const work = mkdtempSync(join(tmpdir(), 'axle-bench-'));
const site = makeSite(join(work, 'site'));
await makeCrm(work, 20261122, [{ records, file: 'crm.csv' }, { records: records / 10, file: 'delta.csv' }]);
const instance = new Instance({ AXLE_SITE: site, AXLE_WORKERS: '2' });

// The largest resident memory of a process and its children together, in MiB, looked at now and then.
function memoryOf(pid) {
  const children = (of) => {
    try { return readFileSync(`/proc/${of}/task/${of}/children`, 'utf8').trim().split(' ').filter(Boolean); } catch { return []; }
  };
  // What is mapped from a file is the system's to take back.
  const own = (of) => {
    try { return Number(readFileSync(`/proc/${of}/status`, 'utf8').match(/RssAnon:\s+(\d+)/)[1]) / 1024; } catch { return 0; }
  };
  return own(pid) + children(pid).reduce((sum, child) => sum + memoryOf(child), 0);
}

// Run it; how long each phase took, by the lines that it prints.
async function load(file) {
  const child = spawn(join(bin, 'axle'), ['load', join(work, file), '--source', 'crm', '--json'], { env: instance.environment });
  const phases = new Map();
  let out = '', rest = '', memory = 0, phase = 'opening', since = Date.now();
  const turn = (next) => {
    phases.set(phase, (phases.get(phase) ?? 0) + (Date.now() - since) / 1000);
    [phase, since] = [next, Date.now()];
  };
  child.stdout.on('data', (text) => { out += text; });
  child.stderr.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const next = line.split(':')[0];
      if (next !== phase && line.includes(' a second')) turn(next);
    }
  });
  const look = setInterval(() => { memory = Math.max(memory, memoryOf(child.pid)); }, 200);
  const status = await new Promise((done) => { child.on('exit', done); });
  clearInterval(look);
  turn('');
  if (status !== 0) throw new Error(`axle load: ${status}\n${rest}`);
  return { ...JSON.parse(out), phases, memory };
}

function tell(what, { received, seconds: took, phases, memory }) {
  console.log(`  ${what.padEnd(24)}  ${took.toFixed(1)} s, ${(received / took).toFixed(0)} records/s, ${memory.toFixed(0)} MiB at most`);
  for (const [phase, spent] of phases) if (spent >= 0.5) console.log(`    ${phase.padEnd(22)}  ${spent.toFixed(1)} s`);
}

try {
  instance.up();
  const size = () => Number(instance.sql('select pg_database_size(current_database())')[0][0]);
  const empty = size();
  const first = await load('crm.csv');
  const bytes = (size() - empty) / records;
  const delta = await load('delta.csv');
  instance.sql('create table bench_copy (row text)');
  const copy = seconds(() => instance.sql(`\\copy bench_copy from '${join(work, 'crm.csv')}' with (format csv, delimiter e'\\x01', quote e'\\x02')`));
  const sync = fdatasyncMs(instance.home);
  const verified = instance.axle('verify', '--sample', '2000').status === 0;
  console.log(`axle load, durable, on ${bin}`);
  tell(`${records} records`, first);
  tell(`${records / 10} more`, delta);
  console.log(`  plain COPY of those lines ${copy.toFixed(2)} s: loading takes ${(first.seconds / copy).toFixed(0)} times as long`);
  console.log(`  an fdatasync of 8 KiB     ${sync.toFixed(3)} ms`);
  console.log(`  database size             ${(bytes / 1024).toFixed(2)} KiB a record`);
  console.log(`  verify                    ${verified ? 'passes' : 'FAILS'}`);
  if (!verified) process.exitCode = 1;
} finally {
  instance.remove();
  rmSync(work, { recursive: true, force: true });
}
