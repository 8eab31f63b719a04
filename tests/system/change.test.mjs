// Sources that change what they said: whole lists, deletions, versions out of order, and mappings that are
// mended and replayed.  Every step keeps the balance, and the hub's own checks find nothing.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Instance, sleep, until } from './axle.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
const instance = new Instance({ AXLE_SITE: site, AXLE_WORKERS: '2', AXLE_BATCH: '50' });

function mapping(name, { directory = '', first = '', key = 'id', record = '', values = '' } = {}) {
  const path = join(site, `${name}.new`);
  writeFileSync(path, `<source xmlns="urn:axle:source:1" name="${name}" connector="web" trust="50" region="AU">
  <from><directory pattern="*.csv" ${directory}/></from>
  <format><csv/></format>
  ${first}
  <record class="customer" key="${key}">
    ${record}
    <value of="customer.name.full" from="name"/>
    <value of="customer.email" from="email"/>
    ${values}
  </record>
</source>
`);
  renameSync(path, join(site, 'mappings', `${name}.xml`));
}

let files = 0;
function drop(source, lines, header = 'id,name,email,rev,op,phone') {
  const path = join(instance.home, 'dropped');
  writeFileSync(path, [header, ...lines].join('\n') + '\n');
  renameSync(path, join(instance.home, 'in', source, `${String(++files).padStart(4, '0')}.csv`));
}

const wait = () => instance.must('wait', '--timeout', '60');
const keys = (source) => instance.sql(`select source_key from axle.xref where source = '${source}' order by 1`).flat().join(' ');
const names = { a: 'Amelia Thornbury', b: 'Boris Kowalczyk', c: 'Chiara Benedetti', d: 'Dmitri Volkonsky', e: 'Esperanza Quintero',
  f: 'Fergus MacAllister', g: 'Giselle Fontaine', h: 'Haruki Yoshikawa', i: 'Ingrid Halvorsen', j: 'Jacinta Okonkwo' };
const mail = (key) => `${names[key].toLowerCase().replace(' ', '.')}@example.org`;
const person = (key, rest = ',,') => `${key},${names[key]},${mail(key)},${rest}`;

function balanced(source) {
  const [[balance]] = instance.sql(`select balance from axle.conservation where source = '${source}'`);
  assert.equal(balance, '0');
  const done = instance.axle('verify');
  assert.equal(done.status, 0, done.stdout + done.stderr);
}

function states(source) {
  const [row] = instance.sql(`select to_json(c) from axle.conservation c where source = '${source}'`);
  return JSON.parse(row[0]);
}

const replay = (...words) => JSON.parse(instance.must('replay', '--json', ...words));

before(async () => {
  mkdirSync(join(site, 'mappings'));
  mapping('lists', { directory: 'snapshot="yes"' });
  mapping('deltas', { first: '<delete if="op" is="D"/>', record: '<version from="rev"/>' });
  mapping('timed', { record: '<effective from="rev"/>' });
  mapping('wrong', { key: 'number' });
  mapping('many');
  instance.up();
});
after(() => {
  instance.remove();
  rmSync(site, { recursive: true, force: true });
});

test('who is missing in a whole list is gone, and comes back with the old list', () => {
  const all = ['a', 'b', 'c', 'd'].map((key) => person(key));
  drop('lists', all);
  wait();
  assert.equal(keys('lists'), 'a b c d');
  const [[customer]] = instance.sql("select customer_id from axle.xref where source = 'lists' and source_key = 'b'");
  drop('lists', [all[0], all[3], person('e')]);
  wait();
  assert.equal(keys('lists'), 'a d e');
  assert.equal(instance.sql('select count(*) from axle.customer')[0][0], '3');
  assert.equal(states('lists').deleted, 2);
  balanced('lists');
  drop('lists', all);
  wait();
  assert.equal(keys('lists'), 'a b c d');
  // An id, once given out, is its person's again.
  assert.deepEqual(instance.sql("select customer_id from axle.xref where source = 'lists' and source_key = 'b'"), [[customer]]);
  balanced('lists');
});

test('a list with a reject deletes nothing until it is whole; an empty one never', () => {
  drop('lists', [person('a'), ',Nobody,,,']);
  wait();
  assert.equal(keys('lists'), 'a b c d');
  assert.match(instance.axle('status').stdout, /snapshot '0004\.csv' of lists waits: 1 rejects/);
  assert.deepEqual(instance.status().snapshots, [{ source: 'lists', file: '0004.csv', rejects: 1, state: 'waits' }]);
  drop('lists', []);
  wait();
  assert.equal(keys('lists'), 'a b c d');
  assert.match(instance.axle('status').stdout, /snapshot '0005\.csv' of lists holds no record: nothing is deleted/);
  drop('lists', [person('a'), person('c')]);
  wait();
  assert.equal(keys('lists'), 'a c');
  assert.deepEqual(instance.status().snapshots, []);
  balanced('lists');
});

test('deletions and versions hold in the order that the source gives', () => {
  drop('deltas', [person('a', '3,,'), person('b', '1,,'), person('c', '9,D,')]);
  drop('deltas', ['a,Too Late,late@a.example.org,2,,', 'b,,,2,D,', person('c', '8,,'), person('d', '10,,'), 'd,Late Too,late@d.example.org,9,,']);
  wait();
  assert.equal(keys('deltas'), 'a d');
  assert.deepEqual(instance.sql(`select e.value from axle.xref x join axle.customer_email e using (customer_id)
    where x.source = 'deltas' order by 1`), [[mail('a')], [mail('d')]]);
  const { current, deleted, superseded } = states('deltas');
  assert.deepEqual({ current, deleted, superseded }, { current: 2, deleted: 3, superseded: 3 });
  balanced('deltas');
  drop('deltas', [person('b', '3,,')]);
  wait();
  assert.equal(keys('deltas'), 'a b d');
  balanced('deltas');
});

test('a value holds since when its source says', () => {
  drop('timed', ['k,Kasimir Wojciechowski,kasimir@example.org,2024-03-01,,']);
  wait();
  assert.deepEqual(instance.sql("select distinct since at time zone 'UTC' from axle.lineage where source = 'timed'"), [['2024-03-01 00:00:00']]);
});

test('a mended key turns rejects into customers, and nothing counts twice', () => {
  drop('wrong', ['f', 'g', 'h'].map((key) => person(key)).concat([',No Key,no@key.example.org,,,']));
  wait();
  assert.equal(states('wrong').rejected, 4);
  mapping('wrong');
  const would = replay('--source', 'wrong', '--dry-run');
  assert.deepEqual([would.positions, would.pass, would.appear, would.remain], [4, 3, 3, { 'no-key': 1 }]);
  assert.equal(states('wrong').rejected, 4);
  replay('--source', 'wrong', '--reason', 'the key was another column');
  wait();
  assert.equal(keys('wrong'), 'f g h');
  const now = states('wrong');
  assert.deepEqual([now.received, now.rejected, now.current, now.balance], [4, 1, 3, 0]);
  assert.deepEqual(instance.sql("select code from axle.reject where source = 'wrong'"), [['no-key']]);
  assert.deepEqual(instance.sql('select reason, positions from hub.replay'), [['the key was another column', '4']]);
  balanced('wrong');
});

test('changed values are counted by element', () => {
  drop('wrong', [person('i', ',,0298765432'), person('j', ',,')]);
  wait();
  mapping('wrong', { values: '<value of="customer.phone" from="phone"/><value of="customer.email" from="name"/>' });
  const would = replay('--source', 'wrong', '--dry-run');
  assert.deepEqual([would.change, would.same, would.appear, would.disappear], [5, 0, 0, 0]);
  assert.deepEqual(would.elements, { email: { added: 5, changed: 0, removed: 0 }, phone: { added: 1, changed: 0, removed: 0 } });
  mapping('wrong', { values: '<value of="customer.phone" from="phone"/>' });
  const did = replay('--source', 'wrong');
  wait();
  assert.deepEqual(did.elements, { phone: { added: 1, changed: 0, removed: 0 } });
  assert.deepEqual([did.change, did.same], [1, 4]);
  assert.deepEqual(instance.sql("select p.value from axle.xref x join axle.customer_phone p using (customer_id) where x.source = 'wrong'"),
    [['+61298765432']]);
  balanced('wrong');
});

test('a mapping that can read nothing any more takes nothing away', () => {
  mapping('wrong', { key: 'number' });
  const did = replay('--source', 'wrong');
  wait();
  assert.deepEqual(did.fail, { 'no-key': 5 });
  assert.equal(keys('wrong'), 'f g h i j');
  balanced('wrong');
  mapping('wrong');
});

test('workers that are killed while they replay lose nothing', async () => {
  drop('many', Array.from({ length: 2000 }, (_, i) => `${i},Given${i} Family${i},p${i}@m${i}.example.org,,,`));
  wait();
  const hash = instance.must('verify', '--hash');
  mapping('many', { values: '<value of="customer.identifier" scheme="loyalty" from="id"/>' });
  const replaying = instance.axleLater('replay', '--source', 'many');
  for (let kills = 0; kills < 6; kills++) {
    await sleep(120);
    for (const pid of instance.processes('axle-worker')) {
      try { process.kill(pid, 'SIGKILL'); } catch { /* it has just ended */ }
    }
    assert.equal(states('many').balance, 0);
  }
  const { status, stderr } = await replaying;
  assert.equal(status, 0, stderr);
  // What is fresh does not wait for it.
  drop('many', ['x,Fresh Person,fresh@fresh.example.org,,,']);
  await until('the fresh one', () => keys('many').includes('x'), 20);
  wait();
  assert.equal(instance.sql("select count(*) from axle.customer_identifier where scheme = 'loyalty'")[0][0], '2001');
  const { received, current, balance } = states('many');
  assert.deepEqual([received, current, balance], [2001, 2001, 0]);
  balanced('many');
  mapping('many');
  drop('many', []);
  replay('--source', 'many');
  wait();
  assert.notEqual(instance.must('verify', '--hash'), hash); // the fresh one is new
  assert.equal(instance.sql("select count(*) from axle.customer_identifier where scheme = 'loyalty'")[0][0], '0');
  balanced('many');
});
