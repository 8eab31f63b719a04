// Bad input costs only itself: it is in axle.reject with place and reason, and all around it is published.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { Instance, root, sleep, until } from './axle.mjs';

const shared = resolve(process.env.AXLE_SHARED ?? join(root, '../shared'));
const naughtyFile = join(shared, 'corpora/text/blns.json');

// Every value that is a person's begins like this, so that logs can be searched for it.
const CANARY = 'Qanary';
const SECRET = 'Zecret';
const KEPT = 65536;
const MOST = 1048576;

const csvValues = `<value of="customer.name.given" from="first"/><value of="customer.name.family" from="last"/>
    <value of="customer.birth_date" from="dob" date="YYYY-MM-DD"/>
    <value of="customer.email" from="email"/><value of="customer.phone" from="phone"/>`;
const jsonValues = `<value of="customer.name.given" from="/first"/><value of="customer.name.family" from="/last"/>
    <value of="customer.birth_date" from="/dob" date="YYYY-MM-DD"/>
    <value of="customer.email" from="/email"/><value of="customer.phone" from="/phone"/>`;
const mapping = (name, connector, pattern, format, key, values, more = '') =>
  `<source xmlns="urn:axle:source:1" name="${name}" connector="${connector}" region="AU">
  <from><directory pattern="${pattern}"/></from>
  <format>${format}</format>${more}
  <record class="customer" key="${key}">
    ${values}
  </record>
</source>
`;
const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
mkdirSync(join(site, 'mappings'));
for (const [name, ...rest] of [
  ['cards', 'warranty', '*.csv', '<csv/>', 'id', csvValues],
  ['web', 'web', '*.jsonl', '<jsonl/>', '/id', jsonValues],
  ['naughty', 'web', '*.jsonl', '<jsonl/>', '/id', jsonValues],
  ['big', 'callcenter', '*', '<csv/>', 'id', csvValues],
  ['vault', 'mail', '*', '<csv/>', 'id', csvValues, '<drop field="secret"/>'],
  ['safe', 'mail', '*', '<jsonl/>', '/id', jsonValues, '<drop field="/secret"/><drop field="/card/number"/>'],
]) writeFileSync(join(site, 'mappings', `${name}.xml`), mapping(name, ...rest));

const axle = new Instance({ AXLE_SITE: site });
let workers;
before(() => {
  axle.up();
  workers = axle.processes('axle-worker');
});
after(() => {
  axle.remove();
  rmSync(site, { recursive: true, force: true });
});

// Bytes without any order, always the same.
function noise(size) {
  const made = Buffer.alloc(size);
  for (let i = 0, seed = 4711; i < size; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    made[i] = seed >>> 16;
  }
  return made;
}

const folder = (source, ...rest) => join(axle.home, 'in', source, ...rest);
const bytes = (...parts) => Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const drop = (source, file, content) => writeFileSync(folder(source, file), content);
const settle = () => axle.must('wait', '--timeout', '120');
const counts = (source) => {
  const [row] = axle.sql(`select received, pending, rejected, "current" + superseded + unchanged, balance from axle.conservation where source = '${source}'`);
  const [received, pending, rejected, stored, balance] = row.map(Number);
  return { received, pending, rejected, stored, balance };
};
const published = (source) => axle.sql(`select source_key from axle.xref where source = '${source}' order by source_key collate "C"`).flat();

// A file of records, each good or with the reject that it must become.
class Batch {
  constructor(source, file, header) {
    Object.assign(this, { source, file, parts: [], line: 1, good: [], bad: [] });
    if (header) this.add(bytes(header));
  }

  add(raw, end = '\n') {
    this.parts.push(raw, Buffer.from(end));
    this.line++;
  }

  record(key, raw) {
    this.good.push(key);
    this.add(raw);
  }

  reject(stage, code, column, raw, end = '\n') {
    const cut = raw.length > KEPT && (raw.length > MOST || code === 'quote');
    this.bad.push([this.file, this.line, stage, code, column, raw.length,
      createHash('sha256').update(cut ? raw.subarray(0, KEPT) : raw).digest('hex'),
      cut ? createHash('sha256').update(raw).digest('hex') : ''].map(String));
    this.add(raw, end);
  }

  drop() { drop(this.source, this.file, Buffer.concat(this.parts)); }

  check() {
    const found = axle.sql(`select file, line, stage, code, "column", length, encode(sha256(raw), 'hex'), coalesce(hash, ''), message <> '' from axle.reject where source = '${this.source}' and file = '${this.file}' order by line`);
    assert.deepEqual(found.map((row) => row.slice(0, 8)), this.bad);
    for (const row of found) assert.equal(row[8], 't', 'a message');
    const there = new Set(published(this.source));
    assert.deepEqual(this.good.filter((key) => !there.has(key)), [], 'neighbours are published');
    assert.ok(existsSync(folder(this.source, 'done', this.file)));
  }
}

test('csv: each kind of bad record among good ones', () => {
  const batch = new Batch('cards', 'mixed.csv', 'id,first,last,dob,email,phone');
  let n = 0;
  const row = (id, first = 'Ann') => `${id},${first},${CANARY}a${n},1980-01-${10 + n % 20},${CANARY}.${n}@example.com,04009${String(10000 + n)}`;
  const good = () => { n++; batch.record(`g${n}`, bytes(row(`g${n}`, n % 3 ? 'Ann' : '"Ann ""Jo"", Mary"'))); };
  good();
  batch.reject('decode', 'encoding', 7, bytes('b1,Ren', [0xe9], `,${CANARY},,,`));
  good();
  batch.reject('decode', 'encoding', 4, bytes('b2,', [0xff, 0xfe], `,${CANARY},,,`));
  good();
  batch.reject('decode', 'nul', 5, bytes('b3,a', [0], `,${CANARY},,,`));
  good();
  batch.reject('decode', 'fields', 1, bytes(`b4,Ann,${CANARY}`));
  batch.reject('decode', 'fields', 1, bytes(`b5,Ann,${CANARY},,,,,`));
  good();
  batch.reject('decode', 'quote', 4, bytes(`b6,"Ann" Mary,${CANARY},,,`));
  good();
  batch.reject('decode', 'quote', 4, bytes(`b7,"Ann,${CANARY},,,`));
  good();
  good();
  batch.reject('decode', 'quote', 4, bytes(`b8,"${CANARY}`.padEnd(100000, 'x')));
  good();
  batch.reject('map', 'no-key', 1, bytes(`,Ann,${CANARY},,,`));
  batch.reject('map', 'no-key', 1, bytes(`" ",Ann,${CANARY},,,`));
  good();
  batch.reject('size', 'key-too-long', 1, bytes(`${'k'.repeat(501)},Ann,${CANARY},,,`));
  good();
  batch.reject('size', 'too-long', 1, bytes(`b9,${CANARY},`.padEnd(MOST + 1, 'x'), ',,,'));
  good();
  good();
  batch.reject('decode', 'fields', 1, bytes(`b10,An`), '');
  batch.drop();
  settle();
  batch.check();
  assert.equal(counts('cards').rejected, batch.bad.length);
});

test('json lines: each kind of bad record among good ones', () => {
  const batch = new Batch('web', 'mixed.jsonl');
  let n = 0;
  const object = (more) => ({ first: 'Bob', last: `${CANARY}b${n}`, email: `${CANARY}.w${n}@example.com`, ...more });
  const good = (more = {}) => {
    n++;
    batch.record(`w${n}`, bytes(JSON.stringify({ id: `w${n}`, ...object(more) })));
  };
  good();
  batch.reject('decode', 'json', 9, bytes('{"id":1,,'));
  good();
  batch.reject('decode', 'json', 66, bytes('['.repeat(5000)));
  good();
  batch.reject('decode', 'json', 13, bytes('{"id":"b1"} {"id":"b2"}'));
  good();
  batch.reject('decode', 'encoding', 17, bytes('{"id":"b3","x":"', [0xe9], '"}'));
  batch.reject('decode', 'nul', 12, bytes('{"id":"b3"}', [0]));
  good();
  batch.reject('map', 'no-key', 1, bytes('{"id":"b\\u0000"}'));
  batch.reject('map', 'no-key', 1, bytes('{"id":"\\ud800"}'));
  batch.reject('map', 'no-key', 1, bytes('{"id":null}'));
  batch.reject('map', 'no-key', 1, bytes('[1,2]'));
  batch.reject('map', 'no-key', 1, bytes('42'));
  good({ dob: '\0' });
  good({ nested: { a: [{ b: [1e5, 'x'] }] } });
  n++;
  batch.record(`w${n}`, bytes(`{"id":"w${n}","email":"${CANARY}.first@example.com","email":"${CANARY}.last@example.com"}`));
  batch.reject('map', 'no-key', 1, bytes('{"id":"b4","id":"b5"}'));
  batch.reject('size', 'too-long', 1, bytes(JSON.stringify({ id: 'b6', x: 'y'.repeat(MOST) })));
  batch.reject('decode', 'fields', 1, bytes(JSON.stringify(Object.fromEntries([...Array(2001).keys()].map((k) => [`k${k}`, k])))));
  good();
  batch.reject('decode', 'json', 14, bytes('{"id":"b7","x'), '');
  batch.drop();
  settle();
  batch.check();
});

test('a record with one unreadable value is published without it, and flagged', () => {
  const rows = [
    ['u1', 'Una', '1980-02-30', 'una@example.com', '0400 100 001', 'birth_date', 'date'],
    ['u2', 'Boris', '1961-12-03', 'not an address', '0412 347 802', 'email', 'email'],
    ['u3', 'Wilhelmina', '1999-07-24', 'mina@example.org', 'call me', 'phone', 'phone'],
  ];
  drop('cards', 'values.csv', ['id,first,last,dob,email,phone',
    ...rows.map(([id, name, dob, email, phone]) => `${id},${name},${CANARY} ${name.slice(-2)}ko,${dob},${email},${phone}`), ''].join('\n'));
  settle();
  for (const [id, , dob, email, phone, bad, flag] of rows) {
    const [[at, mail, call]] = axle.sql(`select coalesce(c.birth_date, ''), coalesce(e.value, ''), coalesce(p.value, '')
      from axle.xref x join axle.customer c using (customer_id) left join axle.customer_email e using (customer_id)
      left join axle.customer_phone p using (customer_id) where x.source = 'cards' and x.source_key = '${id}'`);
    const wanted = { birth_date: dob, email, phone: phone.replace(/^0/, '+61').replaceAll(' ', ''), [bad]: '' };
    assert.deepEqual([at, mail, call], [wanted.birth_date, wanted.email, wanted.phone], id);
    const given = { birth_date: dob, email, phone }[bad];
    assert.deepEqual(axle.sql(`select doc -> '${bad}' -> 0 ->> 'f', doc -> '${bad}' -> 0 ->> 'r' from hub.record
      join hub.source using (source_id) where name = 'cards' and source_key = '${id}'`), [[flag, given]]);
  }
  const [[flag, value]] = axle.sql(`select doc -> 'email' -> 0 ->> 'f', coalesce(doc -> 'email' -> 0 ->> 'v', '')
    from hub.record where doc -> 'email' -> 0 ->> 'f' = 'repeated'`);
  assert.deepEqual([flag, value], ['repeated', '']);
});

test('naughty strings as values and as keys', (t) => {
  if (!existsSync(naughtyFile)) {
    t.diagnostic(`skipped: no ${naughtyFile}`);
    return;
  }
  const strings = [...new Set(JSON.parse(readFileSync(naughtyFile, 'utf8')))];
  const values = strings.map((text, i) => JSON.stringify({ id: `v${i}`, first: text, last: text, email: text, phone: text, dob: text, last_: CANARY }));
  const keys = strings.map((text, i) => JSON.stringify({ id: text, first: 'Key', last: `${CANARY}${i}` }));
  drop('naughty', 'values.jsonl', `${values.join('\n')}\n`);
  drop('naughty', 'keys.jsonl', `${keys.join('\n')}\n`);
  settle();
  const trimmed = strings.map((text) => text.replace(/^[ \t\n\v\f\r\u00a0]+|[ \t\n\v\f\r\u00a0]+$/g, ''));
  const isLong = (text) => Buffer.byteLength(text) > 500;
  const wanted = new Set(trimmed.filter((text) => text !== '' && !isLong(text)));
  const hex = (text) => Buffer.from(text).toString('hex');
  const found = axle.sql("select encode(convert_to(source_key, 'UTF8'), 'hex') from axle.xref where source = 'naughty'").flat();
  assert.equal(found.sort().join('\n'), [...wanted, ...strings.map((_, i) => `v${i}`)].map(hex).sort().join('\n'));
  const { received, rejected, balance } = counts('naughty');
  assert.equal(received, 2 * strings.length);
  const [blank, long] = [trimmed.filter((text) => text === '').length, trimmed.filter(isLong).length];
  assert.equal(rejected, blank + long);
  assert.equal(balance, 0);
  assert.deepEqual(axle.sql("select stage, code, count(*) from axle.reject where source = 'naughty' group by 1, 2 order by 1"),
    [['map', 'no-key', String(blank)], ['size', 'key-too-long', String(long)]]);
});

test('what is large but within the limits is published', () => {
  const letters = [...noise(40000)].map((byte) => 'abcdefghijklmnopqrstuvwxyz'[byte % 26]).join('');
  const words = letters.replace(/.{7}/g, '$& ');
  const field = (name, value) => ({ id: `large-${name}`, last: `${CANARY}large`, [name]: value });
  const rows = [];
  for (const name of ['first', 'last', 'email', 'phone', 'dob'])
    for (const [kind, value] of [['word', letters.slice(0, 9999)], ['words', words.slice(0, 9999)], ['wide', '\u{1f600}\u6f22'.repeat(4999)], ['over', letters.slice(0, 10001)]])
      rows.push({ ...field(name, value), id: `large-${name}-${kind}` });
  rows.push(field('email', `${letters.slice(0, 64)}@${letters.slice(0, 60)}.${letters.slice(60, 120)}.example.com`));
  rows.push({ id: letters.slice(0, 500), last: `${CANARY}large` }, { id: '\u{1f600}'.repeat(125), last: `${CANARY}large` });
  rows.push({ ...field('rest', letters.repeat(25)), last: letters.slice(0, 40).repeat(200) });
  drop('naughty', 'large.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  settle();
  const there = new Set(published('naughty'));
  assert.deepEqual(rows.map(({ id }) => id).filter((id) => !there.has(id)), []);
});

test('a line and a gzip bomb of 300 MB cost themselves, and little memory', () => {
  const long = Buffer.alloc(300 << 20, 'x');
  long.write('id,last\nlong1,A\n');
  long.write('\nlong2,B\n', long.length - 9);
  for (const [file, content] of [['long.csv', long], ['bomb.csv.gz', gzipSync(long.subarray(0, long.length - 9), { level: 1 })]]) {
    drop('cards', file, content);
    settle();
    const [row] = axle.sql(`select stage, code, length > 300000000, octet_length(raw) from axle.reject where source = 'cards' and file = '${file}'`);
    assert.deepEqual(row, ['size', 'too-long', 't', String(KEPT)]);
  }
  assert.equal(published('cards').filter((key) => /^long/.test(key)).length, 2);
  for (const pid of axle.processes('axle-warranty')) {
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
    assert.ok(peak < 256 * 1024, `${peak} kB`);
  }
});

test('binary rubbish', () => {
  const rubbish = noise(200000);
  const was = { cards: counts('cards'), web: counts('web') };
  drop('cards', 'rubbish.csv', rubbish);
  drop('cards', 'rubbish-below.csv', bytes('id,first,last,dob,email,phone\n', rubbish, `\nr1,Ann,${CANARY},,,\n`));
  drop('web', 'rubbish.jsonl', rubbish);
  settle();
  for (const source of ['cards', 'web']) {
    const now = counts(source);
    assert.ok(now.rejected > was[source].rejected + 500);
    assert.equal(now.balance, 0);
    assert.equal(now.received - was[source].received, now.rejected - was[source].rejected + (source === 'cards' ? 1 : 0));
  }
  assert.ok(published('cards').includes('r1'));
});

test('files as a whole: empty, header only, a header that cannot be read', () => {
  const was = counts('cards');
  drop('cards', 'empty.csv', '');
  drop('cards', 'header.csv', 'id,first,last,dob,email,phone\n');
  drop('cards', 'quote.csv', `id,"first,last\n1,Ann,${CANARY}\n`);
  settle();
  assert.equal(counts('cards').received, was.received + 1);
  for (const file of ['empty.csv', 'header.csv']) assert.ok(existsSync(folder('cards', 'done', file)), file);
  assert.ok(existsSync(folder('cards', 'failed/quote.csv')));
  assert.deepEqual(axle.sql("select stage, code, line, \"column\" from axle.reject where file = 'quote.csv'"), [['decode', 'quote', '1', '4']]);
});

test('what is named like a file and is none, or cannot be opened', () => {
  const other = join(axle.home, 'other.csv');
  writeFileSync(other, `id,first,last,dob,email,phone\nsecret,Ann,${CANARY},,,\n`);
  mkdirSync(folder('cards', 'directory.csv'));
  execFileSync('mkfifo', [folder('cards', 'fifo.csv')]);
  symlinkSync(other, folder('cards', 'link.csv'));
  symlinkSync('nowhere', folder('cards', 'dangling.csv'));
  writeFileSync(folder('cards', 'closed.csv'), `id,first,last,dob,email,phone\nclosed,Ann,${CANARY},,,\n`, { mode: 0 });
  drop('cards', '.hidden.csv', `id,first,last,dob,email,phone\nhidden,Ann,${CANARY},,,\n`);
  drop('cards', 'other.txt', `id,first,last,dob,email,phone\nother,Ann,${CANARY},,,\n`);
  settle();
  const failed = ['dangling.csv', 'directory.csv', 'fifo.csv', 'link.csv'];
  if (process.getuid() !== 0) failed.unshift('closed.csv');
  assert.deepEqual(axle.sql("select file, code from axle.reject where source = 'cards' and stage = 'transport' order by file"),
    failed.map((file) => [file, 'unreadable']));
  for (const file of failed) assert.ok(readdirSync(folder('cards', 'failed')).includes(file), file);
  assert.ok(readdirSync(folder('cards')).includes('.hidden.csv') && readdirSync(folder('cards')).includes('other.txt'));
  const keys = published('cards');
  assert.equal(keys.includes('closed'), process.getuid() === 0);
  for (const key of ['secret', 'hidden', 'other']) assert.ok(!keys.includes(key), key);
  assert.equal(counts('cards').balance, 0);
});

test('a file name may hold any bytes', () => {
  const name = Buffer.concat([Buffer.from('a\n'), Buffer.from([0xe9, 0xff]), Buffer.from(' \'"%s.csv')]);
  writeFileSync(Buffer.concat([Buffer.from(`${folder('cards')}/`), name]), `id,first,last,dob,email,phone\nf1,Ann,${CANARY},,,\nf2\n`);
  settle();
  assert.ok(published('cards').includes('f1'));
  assert.deepEqual(axle.sql("select file from axle.reject where file like 'a%.csv'"), [['a\ufffd\ufffd\ufffd \'"%s.csv']]);
  assert.ok(readdirSync(folder('cards', 'done'), { encoding: 'buffer' }).some((entry) => entry.equals(name)));
});

test('a name as long as a name may be, twice', () => {
  const name = `${'\u00e4'.repeat(125)}.csv`;
  for (const key of ['n1', 'n2', 'n3']) {
    drop('cards', name, `id,first,last,dob,email,phone\n${key},Ann,${CANARY}${key},,,\n`);
    settle();
  }
  assert.ok(['n1', 'n2', 'n3'].every((key) => published('cards').includes(key)));
  const start = '\u00e4'.repeat(125);
  assert.deepEqual(readdirSync(folder('cards', 'done')).filter((file) => file.startsWith('\u00e4')).sort(),
    [name, `${start}.cs.1`, `${start}.cs.2`].sort());
});

test('a file that is being written is left alone until it is closed', async () => {
  const path = folder('cards', 'slow.csv');
  const fd = openSync(path, 'w');
  writeSync(fd, `id,first,last,dob,email,phone\ns1,Ann,${CANARY}s,,,\n`);
  for (let second = 0; second < 3; second++) {
    await sleep(1000);
    assert.ok(existsSync(path));
    writeSync(fd, `s${second + 2},Ann,${CANARY}s${second},,,\n`);
  }
  assert.ok(!published('cards').some((key) => /^s\d/.test(key)));
  closeSync(fd);
  await until('taken', () => existsSync(folder('cards', 'done/slow.csv')));
  settle();
  assert.deepEqual(published('cards').filter((key) => /^s\d/.test(key)), ['s1', 's2', 's3', 's4']);
});

test('two files of one name are two; the same content under another name adds nothing', () => {
  const content = (key) => `id,first,last,dob,email,phone\n${key},Ann,${CANARY}${key},,,\nbad\n`;
  for (const key of ['t1', 't2']) {
    drop('cards', 'twice.csv', content(key));
    settle();
  }
  const was = counts('cards');
  drop('cards', 'other-name.csv', content('t1'));
  settle();
  assert.deepEqual(counts('cards'), was);
  for (const file of ['twice.csv', 'twice.csv.1', 'other-name.csv']) assert.ok(existsSync(folder('cards', 'done', file)), file);
  assert.ok(['t1', 't2'].every((key) => published('cards').includes(key)));
  assert.equal(axle.sql("select 1 from axle.reject where file = 'twice.csv' and line = 3").length, 2);
});

test('a big file while its connector is killed', async () => {
  const lines = ['id,first,last,dob,email,phone'];
  for (let i = 1; i <= 200000; i++) lines.push(i % 1000 ? `x${i},"Ann" ${CANARY},,,` : `k${i},Ann,${CANARY}${i},,,`);
  drop('big', 'big.csv', `${lines.join('\n')}\n`);
  let midway = 0;
  for (let round = 0; round < 8 && !existsSync(folder('big', 'done/big.csv')); round++) {
    const [pid] = await until('the connector runs', () => axle.processes('axle-callcenter'));
    await until('it is staging', () => existsSync(folder('big', 'done/big.csv')) ||
      axle.sql("select 1 from pg_stat_activity where application_name = 'axle-callcenter' and query ilike '%hub.inbox%' and state <> 'idle'").length, 20);
    try { process.kill(pid, 'SIGKILL'); } catch { /* it ended by itself */ }
    midway += axle.sql("select 1 from hub.stream where label = 'big.csv' and position > 0 and ended_at is null").length;
  }
  await until('taken', () => existsSync(folder('big', 'done/big.csv')), 60);
  settle();
  assert.ok(midway > 0, 'killed in the middle');
  assert.deepEqual(counts('big'), { received: 200000, pending: 0, rejected: 199800, stored: 200, balance: 0 });
  assert.equal(published('big').length, 200);
  assert.deepEqual(axle.sql("select count(*), count(distinct line), min(line), max(line) from axle.reject where source = 'big'"), [['199800', '199800', '2', '200000']]);
});

test('load --strict ends with 1 when something was rejected', () => {
  const file = join(axle.home, 'loaded.csv');
  const header = 'id,first,last,dob,email,phone\n';
  writeFileSync(file, `${header}l1,Ann,${CANARY},,,\n`);
  symlinkSync(file, `${file}.link`);
  assert.equal(axle.axle('load', `${file}.link`, '--source', 'cards', '--strict').status, 0);
  writeFileSync(file, `${header}l2,Ann,${CANARY},,,\nl3\n`);
  const { status, stdout } = axle.axle('load', file, '--source', 'cards', '--strict', '--json');
  assert.equal(status, 1);
  const result = JSON.parse(stdout);
  assert.deepEqual([result.received, result.current, result.rejected, result.balance], [2, 1, 1, 0]);
  writeFileSync(file, `${header}l4\n`);
  assert.equal(axle.axle('load', file, '--source', 'cards').status, 0);
  assert.equal(axle.axle('load', join(axle.home, 'no such file'), '--source', 'cards').status, 2);
});

test('what a mapping drops is nowhere in the database', (t) => {
  drop('vault', 'vault.csv', bytes('id,secret,first,last,dob,email,phone\n',
    `1,${SECRET}1,Ann,${CANARY}v1,,v1@example.com,\n`,
    `2,"${SECRET}2, ""x""",Bob,${CANARY}v2,,v2@example.com,\n`,
    `3,${SECRET}3,too,few\n`,
    `4,${SECRET}4,`, [0xff], ',,,,\n',
    `5,"${SECRET}5" x,Ann,,,,\n`,
    `6,${SECRET}6`.padEnd(MOST + 10, 'y'), '\n',
    `,${SECRET}7,Ann,${CANARY}nokey,,,\n`,
    `8,"${SECRET}8,Ann,,,,\n`));
  drop('safe', 'safe.jsonl', [
    { id: 1, secret: `${SECRET}11`, last: `${CANARY}j1`, card: { number: `${SECRET}12`, kind: 'debit' } },
    { id: 2, secret: { deep: [`${SECRET}13`] }, last: `${CANARY}j2` },
  ].map((row) => `${JSON.stringify(row)}\n`).join('') + `{"id":3,"secret":"${SECRET}14","secret":"${SECRET}15"}\n{"id":4,"secret":"${SECRET}16"\n`);
  settle();
  assert.deepEqual(published('vault'), ['1', '2']);
  assert.deepEqual(published('safe'), ['1', '2', '3']);
  const dump = spawnSync('pg_dump', ['--data-only'], { env: { ...axle.environment, ...axle.env() }, encoding: 'latin1', maxBuffer: 1 << 30 });
  if (dump.status !== 0) assert.fail(String(dump.stderr ?? dump.error));
  const holds = (text) => dump.stdout.includes(text) || dump.stdout.includes(Buffer.from(text).toString('hex'));
  assert.ok(holds(`${CANARY}v1`) && holds(`${CANARY}nokey`) && holds('"kind":"debit"'), 'what is kept is found so');
  assert.ok(!holds(SECRET));
  // Of what could not be read the reason, the length and the hash are kept.
  assert.deepEqual(axle.sql("select line, code, length(raw), length > 0, length(hash) from axle.reject where source in ('vault', 'safe') and code <> 'no-key' order by source, line"), [
    ['4', 'json', '0', 't', '64'], ['4', 'fields', '0', 't', '64'], ['5', 'encoding', '0', 't', '64'],
    ['6', 'quote', '0', 't', '64'], ['7', 'too-long', '0', 't', '64'], ['9', 'quote', '0', 't', '64']]);
  assert.ok(axle.sql("select convert_from(raw, 'UTF8') from axle.reject where source = 'vault' and code = 'no-key'")[0][0].startsWith(',,Ann,'));
});

test('in the end everything adds up, nobody fell over, and no log names a person', () => {
  assert.equal(axle.axle('verify').status, 0, axle.axle('verify').stdout);
  assert.deepEqual(axle.sql('select source, balance, pending from axle.conservation where balance <> 0 or pending <> 0'), []);
  assert.deepEqual(axle.processes('axle-worker'), workers);
  let lines = 0;
  for (const name of readdirSync(join(axle.home, 'log'))) {
    const log = readFileSync(join(axle.home, 'log', name), 'utf8');
    lines += log.split('\n').length;
    assert.doesNotMatch(log, new RegExp(`${CANARY}|${SECRET}`, 'i'), name);
  }
  assert.ok(lines > 10);
});
