// The commands that read: check, map, export, evaluate, why; on a small site of its own.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Instance } from './axle.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
const file = (name, text) => {
  writeFileSync(join(site, name), text);
  return join(site, name);
};
const mapping = (name, connector) => `<source xmlns="urn:axle:source:1" name="${name}" connector="${connector}" trust="60" region="AU">
  <description>Customers as ${connector} knows them</description>
  <from><directory pattern="*.csv"/></from>
  <format><csv delimiter="," encoding="UTF-8" header="yes"/></format>
  <record class="customer" key="id">
    <value of="customer.name.given"  from="given"/>
    <value of="customer.name.family" from="family"/>
    <value of="customer.name.suffix" from="suffix"/>
    <value of="customer.birth_date"  from="dob" date="YYYY-MM-DD"/>
    <value of="customer.email"       from="email"/>
    <value of="customer.phone"       from="phone"/>
  </record>
</source>
`;
mkdirSync(join(site, 'mappings'));
file('mappings/shop.xml', mapping('shop', 'web'));
file('mappings/Desk.xml', mapping('Desk', 'callcenter'));
const shopRows = file('shop.csv', `id,given,family,dob,email,phone
S1,Ann,Quillmarsh,1978-11-12,ann.quillmarsh@example.org,(03) 9123 4567
S2,Robert,Oyelvaran,1980-01-30,rob@example.net,0412 345 678
,No,Key,,,
S4,Zoe,Quist,30/02/1990,,
S5,Chen,"""un",1990-07-01,,
S6,"broken,row,,,
X1,Katherine,Brennavan,1971-05-06,kb@example.org,
X3,Kate,Whitlocke,,kb@example.org,0398765432
X4,Kathy,Whitlocke,,,0398765432
`);
const deskRows = file('desk.csv', `id,given,family,dob,email,phone
D/1#a,Anne,Quillmarsh,1978-11-12,ann.quillmarsh@example.org,
"D,2",Bob,Oyelvaran,1980-01-30,,0412345678
D3,Ingrid,Zabel,1955-02-03,,
`);

const axle = new Instance({ AXLE_SITE: site });
before(() => {
  axle.up();
  axle.must('load', shopRows, '--source', 'shop');
  axle.must('load', deskRows, '--source', 'Desk');
  axle.must('wait', '--timeout', '60');
});
after(() => {
  axle.remove();
  rmSync(site, { recursive: true, force: true });
});

const wrong = (words, hint, status = 2) => {
  const done = axle.axle(...words);
  assert.equal(done.status, status, `${words.join(' ')}: ${done.stderr}`);
  assert.match(done.stderr, hint, words.join(' '));
  if (status === 2) assert.equal(done.stdout, '', words.join(' '));
  return done;
};
const lines = (text) => text.split('\n').filter((line) => line !== '');
const objects = (text) => lines(text).map((line) => JSON.parse(line));

// RFC 4180, as a reader of another hand sees it.
function readCsv(text) {
  const rows = [];
  let row = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\n') {
      rows.push(row);
      row = [];
    }
  }
  const [header, ...rest] = rows;
  return rest.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i]])));
}
const customerOf = (source, key) =>
  readCsv(axle.must('export', 'xref')).find((row) => row.source === source && row.source_key === key)?.customer_id;

test('status names a mapping with a mistake, whose source goes on', () => {
  const path = join(site, 'mappings/shop.xml');
  writeFileSync(path, mapping('shop', 'web').replace('customer.phone', 'customer.fone'));
  assert.match(axle.must('status'), /shop\.xml:\d+:\d+: .*'customer\.fone'; did you mean 'customer\.phone'/);
  assert.equal(JSON.parse(axle.must('status', '--json')).mistakes, 1);
  writeFileSync(path, mapping('shop', 'web'));
  assert.doesNotMatch(axle.must('status'), /mistakes/);
});

test('check says when there is no such site', () => {
  const nowhere = new Instance({ AXLE_SITE: join(site, 'nowhere') });
  const { status, stderr } = nowhere.axle('check');
  nowhere.remove();
  assert.equal(status, 2);
  assert.match(stderr, /AXLE_SITE: cannot read '.*nowhere'/);
});

test('wrong use says what to do instead', () => {
  wrong(['check', join(site, 'none.xml')], /cannot read '.*none\.xml'/);
  wrong(['check', '--jsno'], /did you mean --json/);
  wrong(['map'], /usage: axle map FILE/);
  wrong(['map', shopRows], /--mapping M/);
  wrong(['map', shopRows, '--mapping', 'shpo'], /did you mean 'shop'/);
  wrong(['map', shopRows, '--mapping', './none.xml'], /cannot read the mapping/);
  wrong(['map', join(site, 'none.csv'), '--mapping', 'shop'], /cannot read '.*none\.csv'/);
  wrong(['map', site, '--mapping', 'shop'], /not a regular file/);
  wrong(['load', shopRows, join(site, 'none.csv'), '--source', 'shop'], /^axle: cannot read '.*none\.csv': No such file/);
  wrong(['load', site, '--source', 'shop'], /is a directory/);
  wrong(['export'], /usage: axle export/);
  wrong(['export', 'everything'], /customers, xref, households, rejects and reviews/);
  wrong(['export', 'xref', '--format', 'xml'], /csv or jsonl/);
  wrong(['evaluate'], /usage: axle evaluate --truth/);
  wrong(['evaluate', '--truth', join(site, 'none.csv')], /cannot read/);
  wrong(['evaluate', '--truth', shopRows], /shop\.csv:\d+: .*id,entity/);
  wrong(['evaluate', '--truth', shopRows, '--source', 'moon'], /it has: .*shop/);
  wrong(['why', 'shop/S1'], /usage: axle why A B/);
  wrong(['why', 'shop/S1', 'S2'], /neither SOURCE\/KEY/);
  wrong(['why', 'shop/S1', 'moon/S2'], /no source 'moon'/);
  wrong(['why', 'shop/S1', 'shop/S99'], /no current customer record 'shop\/S99'/);
  wrong(['why', 'shop/S1', 'shop/S1'], /the same record/);
  wrong(['why', 'shop/S1', '00000000-0000-7000-8000-000000000000'], /no customer 0000/);
});

test('without a running instance, commands on the hub say how to start it', () => {
  const idle = new Instance({ AXLE_SITE: site });
  for (const words of [['init'], ['token', 'list'], ['export', 'xref'], ['why', 'shop/S1', 'shop/S2'], ['evaluate', '--truth', shopRows]]) {
    const done = idle.axle(...words);
    assert.equal(done.status, 2);
    assert.match(done.stderr, /'axle up'/);
  }
  assert.equal(idle.axle('check').status, 0);
  assert.equal(idle.axle('map', deskRows, '--mapping', 'Desk').status, 0);
  idle.remove();
});

test('check finds nothing in a sound site, and every mistake with its place', () => {
  const sound = axle.axle('check');
  assert.deepEqual([sound.status, sound.stdout], [0, '']);
  assert.match(sound.stderr, /0 errors/);
  assert.deepEqual(JSON.parse(axle.must('check', '--json')), []);

  const other = mkdtempSync(join(tmpdir(), 'axle-site-'));
  mkdirSync(join(other, 'mappings'));
  const bad = join(other, 'mappings/shop.xml');
  writeFileSync(bad, mapping('shop', 'web').replace('customer.email', 'customer.emial').replace('"AU"', '"XX"'));
  writeFileSync(join(other, 'mappings/torn.xml'), '<source>');
  const wronged = new Instance({ AXLE_SITE: other });
  const found = wronged.axle('check');
  assert.equal(found.status, 1);
  for (const line of lines(found.stdout)) assert.match(line, /^[^:]+\.xml:\d+:\d+: ./);
  assert.match(found.stdout, /shop\.xml:1:\d+: .*'XX'/);
  assert.match(found.stdout, /shop\.xml:10:\d+: .*did you mean 'customer\.email'/);
  assert.match(found.stdout, /torn\.xml:1:\d+: /);
  const json = JSON.parse(wronged.axle('check', '--json').stdout);
  assert.equal(json.length, lines(found.stdout).length);
  for (const finding of json) assert.deepEqual(Object.keys(finding), ['file', 'line', 'column', 'severity', 'message']);
  const one = wronged.axle('check', bad);
  assert.equal(one.status, 1);
  assert.doesNotMatch(one.stdout, /torn/);
  assert.equal(wronged.axle('check', join(site, 'mappings/shop.xml')).status, 0);
  assert.equal(wronged.axle('map', shopRows, '--mapping', 'shop').status, 2);

  const keys = join(other, 'mappings/keys.xml');
  writeFileSync(keys, mapping('keys', 'web').replace(/<directory[^>]*>/, '<push secret-file="secrets/keys"/>'));
  const lacking = wronged.axle('check', keys);
  assert.deepEqual([lacking.status, lacking.stdout], [0,
    `${keys}:1:1: warning: cannot read '${other}/secrets/keys', which the source needs: No such file or directory\n`]);
  rmSync(keys);

  writeFileSync(join(other, 'dictionary.xml'), '<dictionary xmlns="urn:axle:dictionary:1"><class/></dictionary>\n');
  assert.match(wronged.axle('check', join(site, 'mappings/shop.xml')).stdout, /dictionary\.xml:1:\d+: /);
  wronged.remove();
  rmSync(other, { recursive: true });
});

test('map shows what each record becomes, and what is set aside', () => {
  const done = axle.axle('map', shopRows, '--mapping', 'shop');
  assert.equal(done.status, 0);
  const mapped = objects(done.stdout);
  assert.deepEqual(mapped.map(({ line }) => line), [2, 3, 5, 6, 8, 9, 10]);
  assert.deepEqual(Object.keys(mapped[0].records[0]), ['class', 'key', 'part', 'values']);
  const [{ class: kind, key, part, values }] = mapped[0].records;
  assert.deepEqual([kind, key, part], ['customer', 'S1', '']);
  assert.deepEqual(values['customer.phone'], ['+61391234567']);
  assert.deepEqual(values['customer.birth_date'], ['1978-11-12']);
  const [{ flags, values: kept }] = mapped[2].records;
  assert.deepEqual(flags, [{ element: 'customer.birth_date', code: 'date', value: '30/02/1990' }]);
  assert.deepEqual(kept['customer.birth_date'], ['30/02/1990']);
  const rejects = objects(done.stderr);
  assert.deepEqual(rejects.map(({ line, stage, code }) => [line, stage, code]), [[4, 'map', 'no-key'], [7, 'decode', 'quote']]);
  for (const reject of rejects) assert.deepEqual(Object.keys(reject), ['line', 'column', 'stage', 'code', 'message']);

  assert.equal(axle.axle('map', shopRows, '--mapping', join(site, 'mappings/shop.xml')).stdout, done.stdout);
  assert.equal(axle.axle('map', shopRows, '--mapping', 'shop', '--strict').status, 1);
  assert.equal(axle.axle('map', deskRows, '--mapping', 'desk', '--strict').status, 0);
});

test('export prints the cross-reference sorted, and every other relation whole', () => {
  const xref = axle.must('export', 'xref');
  const rows = readCsv(xref);
  assert.equal(lines(xref)[0], 'source,source_key,part,customer_id');
  assert.deepEqual(rows.map(({ source, source_key: key }) => `${source}/${key}`),
    ['Desk/D,2', 'Desk/D/1#a', 'Desk/D3', 'shop/S1', 'shop/S2', 'shop/S4', 'shop/S5', 'shop/X1', 'shop/X3', 'shop/X4']);
  assert.deepEqual(objects(axle.must('export', 'xref', '--format', 'jsonl')), rows);
  assert.equal(customerOf('shop', 'S1'), customerOf('Desk', 'D/1#a'));
  assert.equal(customerOf('shop', 'S2'), customerOf('Desk', 'D,2'));
  assert.notEqual(customerOf('shop', 'S4'), customerOf('Desk', 'D3'));

  const customers = readCsv(axle.must('export', 'customers'));
  const [[count]] = axle.sql('select count(*) from axle.customer');
  assert.equal(customers.length, Number(count));
  const ann = customers.find((row) => row.customer_id === customerOf('shop', 'S1'));
  assert.deepEqual([ann.kind, ann.name_family, ann.birth_date, ann.record_count], ['person', 'Quillmarsh', '1978-11-12', '2']);
  assert.equal(customers.find((row) => row.customer_id === customerOf('shop', 'S5')).name_family, '"un');
  const columns = axle.sql("select attname from pg_attribute where attrelid = 'axle.customer'::regclass and attnum > 0 order by attnum");
  assert.deepEqual(Object.keys(ann), columns.flat());

  const rejects = objects(axle.must('export', 'rejects', '--format', 'jsonl'));
  assert.deepEqual(rejects.map(({ source, stage, code, line }) => [source, stage, code, line]).sort(),
    [['shop', 'decode', 'quote', 7], ['shop', 'map', 'no-key', 4]]);
  assert.equal(lines(axle.must('export', 'rejects')).length, 3);
  assert.match(axle.must('export', 'reviews'), /^review_id,kind,state,priority,customer_ids,/);
});

test('an export is longer than a page of the cursor', () => {
  const big = Array.from({ length: 2500 }, (_, i) => `B${i},,,,,`).join('\n');
  const rows = file('big.csv', `id,given,family,dob,email,phone\n${big}\n`);
  axle.must('load', rows, '--source', 'Desk');
  axle.must('wait', '--timeout', '60');
  const keys = readCsv(axle.must('export', 'xref')).map(({ source, source_key: key, part }) => `${source}\0${key}\0${part}`);
  assert.equal(keys.length, 2510);
  assert.deepEqual(keys, [...new Set(keys)].sort());
});

test('evaluate measures against a truth in either form', () => {
  // c is a record that the hub lacks and one that is alone: of three true pairs two were found.
  const expected = {
    n: 6, entities: 3, clusters: 4,
    pair_precision: 1, pair_recall: 2 / 3, pair_f1: 0.8,
    b3_precision: 1, b3_recall: 5 / 6, b3_f1: 10 / 11,
    cluster_precision: 0.5, cluster_recall: 2 / 3, cluster_f1: 4 / 7,
    largest_cluster: 2,
  };
  const truths = [
    'source,source_key,entity\nSHOP,S1,a\ndesk,D/1#a,a\nshop,S2,b\nDesk,"D,2",b\nshop,gone,c\nDesk,D3,c\n',
    'id,entity\nS1,a\nDESK:D/1#a,a\nshop:S2,b\n"D,2",b\ngone,c\nD3,c\n',
  ];
  for (const [i, text] of truths.entries()) {
    const done = axle.axle('evaluate', '--truth', file(`truth${i}.csv`, text), '--json');
    assert.equal(done.status, 0, done.stderr);
    assert.match(done.stderr, /1 of 6 records are not in the hub/);
    const { open_reviews: reviews, ...measured } = JSON.parse(done.stdout);
    assert.equal(typeof reviews, 'number');
    assert.deepEqual(Object.keys(measured), Object.keys(expected));
    for (const [name, value] of Object.entries(expected)) assert.ok(Math.abs(measured[name] - value) < 1e-4, name);
  }
  const own = file('own.csv', 'id,entity\nS1,a\nS2,b\n');
  const table = axle.must('evaluate', '--truth', own, '--source', 'SHOP');
  assert.match(table, /^records +2$/m);
  assert.match(table, /^pairs +1\.0000 +1\.0000 +1\.0000$/m);
});

test('why explains two records, near and far', () => {
  const near = JSON.parse(axle.must('why', 'shop/S1', 'desk/D/1#a', '--json'));
  assert.equal(near.outcome, 'match');
  assert.equal(near.same_customer, true);
  assert.equal(near.right.key, 'D/1#a');
  assert.equal(near.keys.find(({ key }) => key === 'email').held_by, 2);
  assert.equal(near.likelihood, 'same');
  assert.equal(near.completeness, 'full');
  assert.ok(near.probability > 0.99);
  const sum = near.reasons.reduce((all, { weight, frequency }) => all + weight + frequency, 0);
  assert.ok(Math.abs(sum - near.weight) < 0.0015, `${sum} is ${near.weight}`);
  assert.ok(Math.abs(near.weight + near.prior - near.total) < 0.0015);
  const email = near.reasons.find(({ element }) => element === 'email');
  assert.deepEqual([email.left, email.right, email.level], ['ann.quillmarsh@example.org', 'ann.quillmarsh@example.org', 'personal']);

  const far = axle.must('why', 'shop/S1', 'Desk/D3');
  assert.match(far, /outcome: no match/);
  assert.match(far, /none: the hub never compares the two/);
  assert.match(far, /They are two customers: /);
  assert.match(far, /^model \d+ \([0-9a-f]{12}\), step \d+$/m);
});

test('why shows the chain that holds two unlike records together', () => {
  const chain = JSON.parse(axle.must('why', 'shop/X1', 'shop/X4', '--json'));
  assert.equal(chain.same_customer, true);
  assert.notEqual(chain.outcome, 'match');
  assert.deepEqual(chain.path.map(({ key }) => key), ['X3', 'X4']);
  assert.match(axle.must('why', 'shop/X1', 'shop/X4'), /this chain holds them together:\n {2}shop\/X1\n.*shop\/X3\n.*shop\/X4\n/);
});

test('why says what keeps a match apart', () => {
  const rows = file('generations.csv', `id,given,family,suffix,email
J1,Magnus,Thornquarry,Sr,magnus@example.org
J2,Magnus,Thornquarry,Jr,magnus@example.org
J3,Magnus,Thornquarry,,magnus@example.org
`);
  axle.must('load', rows, '--source', 'Desk');
  axle.must('wait', '--timeout', '60');
  assert.equal(JSON.parse(axle.must('why', 'Desk/J1', 'Desk/J2', '--json')).outcome, 'veto');
  const pairs = ['J1', 'J2'].map((key) => JSON.parse(axle.must('why', `Desk/${key}`, 'Desk/J3', '--json')));
  assert.deepEqual(pairs.map(({ outcome }) => outcome), ['match', 'match']);
  assert.deepEqual(pairs.map(({ same_customer: same }) => same).sort(), [false, true]);
  const apart = pairs.find(({ same_customer: same }) => !same);
  assert.equal(apart.kept_apart.by, 'veto');
  assert.deepEqual([apart.kept_apart.left.key, apart.kept_apart.right.key].sort(), ['J1', 'J2']);
  assert.match(axle.must('why', `Desk/${apart.left.key}`, 'Desk/J3'),
    /What keeps them apart: different generation suffix \(Desk\/J\d, Desk\/J\d\)\./);
});

test('why takes customers and explains their best pair', () => {
  const [ann, ingrid] = [customerOf('shop', 'S1'), customerOf('Desk', 'D3')];
  const two = JSON.parse(axle.must('why', ann, ingrid, '--json'));
  assert.equal(two.pairs, 2);
  assert.equal(two.same_customer, false);
  const one = JSON.parse(axle.must('why', ann, ann, '--json'));
  assert.equal(one.same_customer, true);
  assert.equal(one.outcome, 'match');
  wrong(['why', ingrid, ingrid], /has one record/);
});
