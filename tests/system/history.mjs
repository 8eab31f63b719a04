// What tests of histories share: seeded chance, records in several versions, files of them, and the state
// that a hub comes to.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { bin, customersAlone, Instance, root, sleep, until } from './axle.mjs';

export const long = Boolean(process.env.AXLE_TEST_LONG);
const shared = process.env.AXLE_SHARED ?? resolve(root, '../shared');

// Chance that can be had again: SEED names the seed that a failed run printed.
export function dice(what) {
  const seed = Number(process.env.SEED ?? Date.now() % 1000000);
  console.log(`${what}: SEED=${seed}`);
  return roll(seed);
}

// The same chance again and again, whatever else rolls in between (mulberry32).
export function roll(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    of: (list) => list[below(list.length)],
    shuffled(list) {
      const out = [...list];
      for (let i = out.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [out[i], out[j]] = [out[j], out[i]];
      }
      return out;
    },
    another: () => roll(below(4294967296)),
  };
}

// One record of this source is up to two people.
const couplesMapping = `<source xmlns="urn:axle:source:1" name="couples" connector="web" trust="50" region="AU">
  <description>Bookings for two</description>
  <from><directory pattern="*.csv"/></from>
  <format><csv/></format>
  <record class="customer" key="id">
    <value of="customer.name.full" from="name"/><value of="customer.email" from="email"/>
  </record>
  <record class="customer" key="id" part="guest">
    <value of="customer.name.full" from="guest"/><value of="customer.email" from="guest_email"/>
  </record>
</source>
`;

// Labelled sets of others, each with the sources that tests/accuracy/mappings reads.
export const sets = {
  febrl3: { febrl3: 'records.csv' },
  febrl1: { febrl1: 'records.csv' },
  febrl2: { febrl2: 'records.csv' },
  dsgen_A_1000: { dsgen_A_1000: 'records.csv' },
  dsgen_C_1000: { dsgen_C_1000: 'records.csv' },
  fake_1000: { fake_1000: 'records.csv' },
  RLdata500: { RLdata500: 'records.csv' },
  senzing_truthset: { customers: 'customers.csv', reference: 'reference.csv', watchlist: 'watchlist.csv' },
};

// A site with the mappings of the samples, of the labelled sets and of couples; where a line can delete, those of CSV
// have a column "op" for that.
export function makeSite({ deletes = false } = {}) {
  const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
  mkdirSync(join(site, 'mappings'));
  const put = (source, mapping) => writeFileSync(join(site, 'mappings', `${source}.xml`), deletes
    ? mapping.replace(/<format><csv[^]*?<\/format>/, '$&\n  <delete if="op" is="D"/>') : mapping);
  for (const source of ['callcenter', 'mail', 'warranty', 'web'])
    put(source, customersAlone(readFileSync(join(root, 'mappings', `${source}.xml`), 'utf8')));
  for (const source of Object.values(sets).flatMap(Object.keys))
    put(source, readFileSync(join(root, 'tests/accuracy/mappings', `${source}.xml`), 'utf8'));
  put('couples', couplesMapping);
  return site;
}

function linesOf(path, header) {
  const lines = readFileSync(path, 'utf8').split(/\r?\n/).filter((line) => line !== '');
  return header ? { header: `${lines[0]}\n`, lines: lines.slice(1) } : { header: '', lines };
}

// Made-up customers, as four sources tell of them.
export function madeUp(count, seed) {
  const dir = mkdtempSync(join(tmpdir(), 'axle-made-'));
  const program = [join(bin, '../release/tests/data/generate'), join(bin, '../tests/data/generate')].find(existsSync);
  execFileSync(program, ['--seed', `${seed}`, '--records', `${count}`, '--out', dir], { stdio: 'ignore' });
  const sources = [['mail', 'jsonl'], ['callcenter', 'csv'], ['web', 'jsonl'], ['warranty', 'csv']].map(
    ([name, type]) => ({ name, type, ...linesOf(join(dir, `${name}.${type}`), type === 'csv') }));
  rmSync(dir, { recursive: true, force: true });
  return sources;
}

// Bookings of people whom the web shop knows, every other without a guest.
export function couples(sources, count) {
  const people = sources.find(({ name }) => name === 'web').lines.slice(0, count)
    .map((line) => JSON.parse(line).profile).map(({ first = '', last = '', email = '' }) => `${first} ${last},${email}`);
  const lines = people.map((one, i) => `b${i},${one},${i % 2 ? people[(i + 1) % people.length] : ','}`);
  return { name: 'couples', type: 'csv', header: 'id,name,email,guest,guest_email\n', lines };
}

// A labelled set, as its sources; null where it is not at hand.
export function labelled(set) {
  const paths = Object.entries(sets[set]).map(([name, file]) => [name, join(shared, 'data', set, file)]);
  if (!paths.every(([, path]) => existsSync(path))) return null;
  return paths.map(([name, path]) => {
    const { header, lines } = linesOf(path, true);
    // Where the key comes second, the two change places.
    const turn = (line) => line.replace(/^([^,]*),([^,]*)/, '$2,$1');
    return header.startsWith('DATA_SOURCE,') ? { name, type: 'csv', header: turn(header), lines: lines.map(turn) }
      : { name, type: 'csv', header, lines };
  });
}

// A line is its key, which comes first, and the rest.
function cut(line) {
  const [key] = line.match(/^\{"\w+":"[^"]*"|^[^,;]*/);
  return [key, line.slice(key.length)];
}

// An earlier version: a digit was another one, or it was all about somebody else.
function older(line, lines, chance) {
  const [key, rest] = cut(line);
  if (chance.below(2)) return key + cut(chance.of(lines))[1];
  const digits = [...rest.matchAll(/\d/g)].map(({ index }) => index);
  if (!digits.length) return line;
  const at = chance.of(digits);
  return key + rest.slice(0, at) + (Number(rest[at]) + chance.between(1, 9)) % 10 + rest.slice(at + 1);
}

// Some are deleted in the end, and some of these come back.
function withEnd(versions, { header }, chance) {
  const delimiter = header.includes(';') ? ';' : ',';
  const [key] = cut(versions[0]);
  const lines = versions.map((line) => line + delimiter);
  if (chance.below(12)) return lines;
  const deletion = `${key}${delimiter.repeat(header.split(delimiter).length)}D`;
  return chance.below(3) ? [...lines, deletion] : [...lines, deletion, lines.at(-1)];
}

// Give some records a past: each source gets `versions`, a list of lines a record, the oldest first, and
// `alive`, how many records there are in the end.
export function withPast(sources, chance, { deletes = false } = {}) {
  return sources.map((source) => {
    const ends = deletes && source.type === 'csv';
    const versions = source.lines.map((line) => {
      const past = [line];
      for (let more = chance.below(10); more < 2; more++) past.unshift(older(line, source.lines, chance));
      return ends ? withEnd(past, source, chance) : past;
    });
    return {
      ...source,
      header: ends ? source.header.replace(/\n$/, `${source.header.includes(';') ? ';' : ','}op\n`) : source.header,
      versions,
      alive: versions.filter((lines) => !(ends && lines.at(-1).endsWith('D') && lines.at(-1) !== lines[0])).length,
    };
  });
}

// All versions of a source in any order but that of each record's own.
export function anyOrder(source, chance) {
  const next = source.versions.map(() => 0);
  const owners = chance.shuffled(source.versions.flatMap((versions, owner) => versions.map(() => owner)));
  return owners.map((owner) => source.versions[owner][next[owner]++]);
}

// Cut lines into files of about equal length.
export function intoFiles(source, lines, count) {
  const size = Math.ceil(lines.length / count);
  return Array.from({ length: count }, (_, i) => source.header + lines.slice(i * size, (i + 1) * size)
    .map((line) => `${line}\n`).join(''));
}

let files = 0;

// Put a file into the drop folder; done when it was taken whole.
export async function drop(axle, source, content, seconds = 120) {
  const folder = join(axle.home, 'in', source.name);
  const name = `${String(++files).padStart(6, '0')}.${source.type}`;
  mkdirSync(join(folder, 'done'), { recursive: true });
  writeFileSync(join(folder, `.${name}`), content);
  renameSync(join(folder, `.${name}`), join(folder, name));
  await until(`${source.name}/${name} is taken`, () => existsSync(join(folder, 'done', name)), seconds);
}

// Write it beside, for `axle load`.
export function aside(axle, source, content) {
  const path = join(axle.home, `load-${++files}.${source.type}`);
  writeFileSync(path, content);
  return path;
}

export const loading = (axle, source, path) => axle.axleLater('load', path, '--source', source.name, '--json');

// Load a file, again and again until nothing interrupts it: what fails so often is not interrupted.
export async function loadUntilDone(axle, source, content, failures = 12) {
  const path = aside(axle, source, content);
  for (let failed = 1; ; failed++) {
    const { status, stderr } = await loading(axle, source, path);
    if (status === 0) return;
    if (failed === failures) throw new Error(`axle load: ${status}\n${stderr}`);
    await sleep(Math.min(100 * failed, 1000));
  }
}

// Customers by the records that they hold, from `axle export xref`: record -> the records beside it.
function partition(axle) {
  const customers = new Map();
  for (const line of axle.must('export', 'xref', '--format', 'jsonl').split('\n').filter((text) => text !== '')) {
    const { source, source_key: key, part, customer_id: id } = JSON.parse(line);
    customers.set(id, [...(customers.get(id) ?? []), [source, key, part].join('/')]);
  }
  const beside = new Map();
  for (const records of customers.values())
    for (const record of records) beside.set(record, records.sort().join(' '));
  return beside;
}

// Wait, verify, and tell what the hub came to.
export function stateOf(axle, seconds = 300) {
  axle.must('wait', '--timeout', `${seconds}`);
  const { status, stdout } = axle.axle('verify', '--sample', '0');
  assert.equal(status, 0, `axle verify:\n${stdout.split('\n').filter((line) => line.startsWith('WRONG')).join('\n')}`);
  const conservation = axle.sql('select source, received, pending, rejected, held, current, balance from axle.conservation order by source')
    .map(([source, ...numbers]) => [source, ...numbers.map(Number)]);
  for (const [source, , pending, rejected, , , balance] of conservation) {
    assert.equal(balance, 0, `balance of ${source}`);
    assert.equal(pending, 0, `pending of ${source}`);
    assert.equal(rejected, 0, `rejected of ${source}: ${rejected && axle.sql('select message from axle.reject limit 3').join('; ')}`);
  }
  return {
    hash: axle.must('verify', '--hash').trim(),
    received: Object.fromEntries(conservation.map(([source, received]) => [source, received])),
    current: Object.fromEntries(conservation.map(([source, , , , , current]) => [source, current])),
    partition: partition(axle),
  };
}

// Two hubs came to the same; if not, who is with whom here and there.
export function assertSame(state, other, what) {
  const wrong = [];
  for (const record of new Set([...state.partition.keys(), ...other.partition.keys()])) {
    const [one, two] = [state.partition.get(record), other.partition.get(record)];
    if (one !== two) wrong.push(`${record}:\n  - ${one ?? 'nowhere'}\n  + ${two ?? 'nowhere'}`);
  }
  assert.equal(wrong.length, 0, `${what}: ${wrong.length} records lie with others, such as\n${wrong.slice(0, 5).join('\n')}`);
  assert.deepEqual(other.received, state.received, `${what}: received`);
  assert.equal(other.hash, state.hash, `${what}: the partition is the same and the state hash is not: goldens differ`);
}

// A hub in a database of its own on the server of `store`.
export function hubOn(store, name, env) {
  const { PGHOST, PGPORT, PGUSER } = store.env();
  store.sql(`create database ${name}`);
  const axle = new Instance({ ...env, AXLE_DSN: `host=${PGHOST} port=${PGPORT} user=${PGUSER} dbname=${name}` });
  axle.up();
  return {
    axle,
    remove() {
      axle.remove();
      store.sql(`drop database ${name} with (force)`);
    },
  };
}

// Lines of the server's log that tell of workers in each other's way.
export const deadlocks = (store) => readFileSync(join(store.home, 'log/postgres.log'), 'utf8')
  .split('\n').filter((line) => line.includes('deadlock detected'));
