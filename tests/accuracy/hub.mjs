// The labelled sets through a whole hub: each loaded into an instance of its own with shipped settings, then
// `axle evaluate`. The figures must be those that tests/accuracy finds in memory: the hub adds nothing.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Instance, root } from '../system/axle.mjs';

const shared = resolve(process.env.AXLE_SHARED ?? join(root, '../shared'), 'data');
const wanted = { febrl1: .996, febrl2: .998, febrl3: .997, dsgen_A_1000: .99, dsgen_C_1000: .985, fake_1000: .91, RLdata500: .97, senzing_truthset: .95 };
const files = (set) => set === 'senzing_truthset'
  ? { customers: 'customers.csv', reference: 'reference.csv', watchlist: 'watchlist.csv' } : { [set]: 'records.csv' };
const figure = (number) => number.toFixed(4);

let missed = 0;
console.log(`${'set'.padEnd(18)} ${'n'.padStart(6)} ${'precision'.padStart(9)} ${'recall'.padStart(8)} ${'F1'.padStart(8)} ${'B3'.padStart(8)} ${'clusters'.padStart(8)} ${'reviews'.padStart(8)}`);
for (const set of Object.keys(wanted)) {
  const directory = join(shared, set);
  if (!existsSync(directory)) {
    console.log(`${set.padEnd(18)} skipped: no ${directory}`);
    continue;
  }
  const site = mkdtempSync(join(tmpdir(), 'axle-accuracy-'));
  mkdirSync(join(site, 'mappings'));
  for (const source of Object.keys(files(set)))
    cpSync(join(root, 'tests/accuracy/mappings', `${source}.xml`), join(site, 'mappings', `${source}.xml`));
  const instance = new Instance({ AXLE_SITE: site });
  try {
    instance.up();
    for (const [source, file] of Object.entries(files(set)))
      instance.must('load', join(directory, file), '--source', source);
    instance.must('wait');
    const e = JSON.parse(instance.must('evaluate', '--truth', join(directory, 'truth.csv'), '--json'));
    const short = e.pair_f1 < wanted[set];
    missed += short;
    console.log(`${set.padEnd(18)} ${String(e.n).padStart(6)} ${figure(e.pair_precision).padStart(9)} ${figure(e.pair_recall).padStart(8)} ${figure(e.pair_f1).padStart(8)} ${figure(e.b3_f1).padStart(8)} ${String(e.clusters).padStart(8)} ${String(e.open_reviews).padStart(8)}${short ? `  under ${wanted[set]}` : ''}`);
  } finally {
    instance.remove();
    rmSync(site, { recursive: true, force: true });
  }
}
process.exitCode = missed ? 1 : 0;
