// Sources that change their fields: seen in the batch it comes in, said in words, and nothing published goes.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Instance, until } from './axle.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
const instance = new Instance({ AXLE_SITE: site });

const csv = '<csv/>', jsonl = '<jsonl/>';
function mapping(name, format, values, more = '') {
  writeFileSync(join(site, 'mappings', `${name}.xml`), `<source xmlns="urn:axle:source:1" name="${name}" connector="web" trust="50" region="AU">
  <from><directory pattern="*"/></from>
  <format>${format}</format>
  ${more}
  <record class="customer" key="${format === jsonl ? '/' : ''}id">
${values.map(([of, from, rest = '']) => `    <value of="customer.${of}" from="${from}" ${rest}/>`).join('\n')}
  </record>
</source>
`);
}

let files = 0;
function drop(source, lines) {
  const name = `f${files++}`, path = join(instance.home, name);
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n') + '\n');
  renameSync(path, join(instance.home, 'in', source, name));
  instance.must('wait', '--timeout', '20');
}

const drift = (source) => instance.sql(`select field, kind, records from axle.drift where source = '${source}' order by kind, field`);
const published = (source, column) => instance.sql(
  `select source_key, ${column} from axle.customer join axle.xref using (customer_id) where source = '${source}' order by source_key::integer`);
const shop = [['name.given', 'given'], ['name.family', 'family'], ['birth_date', 'dob', 'date="YYYY-MM-DD"'], ['occupation', 'job']];
const people = ['Ada,Byron', 'Grace,Hopper', 'Edsger,Dijkstra', 'Barbara,Liskov', 'Donald,Knuth', 'Frances,Allen'];
const born = people.map((_, i) => [`${i}`, `195${i}-0${i + 1}-11`]);

function settled() {
  assert.deepEqual(instance.sql('select source, balance from axle.conservation where balance <> 0'), []);
  const verified = instance.axle('verify');
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
}

before(() => {
  mkdirSync(join(site, 'mappings'));
  mapping('shop', csv, shop);
  mapping('app', jsonl, [['name.full', '/name'], ['birth_date', '/person/born'], ['occupation', '/job'], ['nationality', '/nation']]);
  mapping('home', csv, [['name.full', 'name'], ['address.street', 'street'], ['address.city', 'city'], ['address.postcode', 'postcode'],
    ['phone', 'mobile', 'kind="mobile"'], ['phone', 'landline', 'kind="home"']]);
  instance.up();
});
after(() => {
  instance.remove();
  rmSync(site, { recursive: true, force: true });
});

test('what a mapping expects is no drift', () => {
  drop('shop', ['id,given,family,dob,job', ...people.map((name, i) => `${i},${name},${born[i][1]},Engineer`)]);
  assert.deepEqual(drift('shop'), []);
  assert.deepEqual(published('shop', 'birth_date'), born);
  assert.doesNotMatch(instance.must('status'), /missing|new field/);
});

test('a new column and a missing one are seen; no published value goes', () => {
  drop('shop', ['id,given,family,fax,job', ...people.map((name, i) => `${i},${name},555,${i === 0 ? '' : 'Programmer'}`)]);
  assert.deepEqual(drift('shop'), [['dob', 'missing', '6'], ['fax', 'new', '6']]);
  assert.deepEqual(published('shop', 'birth_date'), born);
  const jobs = published('shop', "coalesce(occupation, '')").map(([, job]) => job);
  assert.deepEqual(jobs, ['', ...Array(5).fill('Programmer')], 'an empty field blanks, another value replaces');
  const status = instance.must('status');
  assert.match(status, /shop: new field 'fax' since .*6 records/);
  assert.match(status, /shop: field 'dob' is missing since .*6 records/);
  assert.deepEqual(instance.status().drift.map((d) => [d.source, d.field, d.kind, d.records]),
    [['shop', 'dob', 'missing', 6], ['shop', 'fax', 'new', 6]]);
  settled();
});

test('it is counted on, and the same again is nothing new', () => {
  const same = ['id,given,family,fax,job', ...people.slice(1).map((name, i) => `${i + 1},${name},556,Programmer`)];
  drop('shop', same);
  assert.deepEqual(drift('shop'), [['dob', 'missing', '11'], ['fax', 'new', '11']]);
  assert.deepEqual(published('shop', 'birth_date'), born);
  assert.equal(instance.sql("select unchanged from axle.conservation where source = 'shop'")[0][0], '5');
});

test('a record that is new meanwhile simply lacks it', () => {
  drop('shop', ['id,given,family,fax,job', '6,John,Backus,5,Engineer']);
  assert.deepEqual(published('shop', "coalesce(birth_date, '-')")[6], ['6', '-']);
});

test('a column that is there again says what holds; empty it blanks', () => {
  drop('shop', ['id,given,family,dob,job', '1,Grace,Hopper,,Admiral', '2,Edsger,Dijkstra,1930-05-11,Programmer']);
  assert.deepEqual(published('shop', "coalesce(birth_date, '-')").slice(0, 4),
    [['0', '1950-01-11'], ['1', '-'], ['2', '1930-05-11'], ['3', '1953-04-11']]);
  settled();
});

test('a date in another form is noticed, and what was known stays', () => {
  drop('shop', ['id,given,family,dob,job', ...people.map((name, i) => `${i},${name},${i + 1}/7/196${i},Engineer`)]);
  assert.deepEqual(drift('shop').filter(([, kind]) => kind === 'retyped'), [['dob', 'retyped', '6']]);
  assert.deepEqual(published('shop', "coalesce(birth_date, '-')").slice(0, 4),
    [['0', '1950-01-11'], ['1', '-'], ['2', '1930-05-11'], ['3', '1953-04-11']]);
  assert.match(instance.must('status'), /shop: field 'dob' is of another kind since/);
});

test('a mapping that knows the fields ends it', async () => {
  mapping('shop', csv, [...shop.slice(0, 2), ['birth_date', 'dob', 'date="YYYY-MM-DD|D/M/YYYY"'], shop[3]], '<ignore field="fax"/>');
  await until('settling', () => drift('shop').length === 0, 10);
  drop('shop', ['id,given,family,fax,dob,job', ...people.map((name, i) => `${i},${name},,${i + 1}/7/196${i},Engineer`)]);
  assert.deepEqual(drift('shop'), []);
  assert.equal(published('shop', 'birth_date')[1][1], '1961-07-02');
});

const users = ['Nils Abel', 'Emmy Noether', 'Kurt Goedel', 'Sofya Kovalevskaya', 'Paul Erdos', 'Julia Robinson'];
test('JSON: new, missing and retyped members', () => {
  const records = people.map((name, i) => ({ id: i, name: users[i], person: { born: `194${i}-02-03` }, job: 'Engineer', ...(i % 2 ? { nation: 'AU' } : {}) }));
  drop('app', records);
  assert.deepEqual(drift('app'), []);
  drop('app', records.map(({ id, name, job, nation }) => ({ id, name, contact: { fax: 5 }, job: id === 5 ? { title: job } : job, ...(nation && id < 3 ? { nation } : {}) })));
  assert.deepEqual(drift('app'), [['/person/born', 'missing', '6'], ['/contact/fax', 'new', '6'], ['/job', 'retyped', '1']]);
  assert.deepEqual(published('app', 'birth_date'), people.map((_, i) => [`${i}`, `194${i}-02-03`]));
  assert.deepEqual(published('app', 'occupation'), people.map((_, i) => [`${i}`, 'Engineer']));
  assert.deepEqual(published('app', "coalesce(nationality, '-')").map(([, n]) => n), ['-', 'AU', '-', '-', '-', '-'],
    'what comes and goes is optional');
  settled();
});

test('mapping anew what is stored keeps what was kept, and counts nothing again', () => {
  const before = [drift('app'), published('app', 'birth_date'), published('app', 'occupation')];
  instance.must('replay', '--source', 'app', '--reason', 'to see');
  instance.must('wait', '--timeout', '20');
  assert.deepEqual([drift('app'), published('app', 'birth_date'), published('app', 'occupation')], before);
  settled();
});

test('an address is not made of two, and a telephone stays with its kind', () => {
  const rows = ['Ada Lovelace,1 High St,Hobart,7000,0412000001,0362000001', 'Grace Kelly,2 High St,Hobart,7000,0412000002,0362000002'];
  drop('home', ['id,name,street,city,postcode,mobile,landline', ...rows.map((row, i) => `${i},${row}`)]);
  drop('home', ['id,name,street,city,mobile', '0,Ada Lovelace,1 High St,Hobart,0412000009', '1,Grace Kelly,9 Low St,Darwin,0412000002']);
  const addresses = instance.sql(`select source_key, street, city, coalesce(postcode, '-') from axle.customer_address
    join axle.xref using (customer_id) where source = 'home' order by source_key`);
  assert.deepEqual(addresses, [['0', '1 High St', 'Hobart', '7000'], ['1', '9 Low St', 'Darwin', '-']]);
  const phones = instance.sql(`select source_key, kind, value from axle.customer_phone
    join axle.xref using (customer_id) where source = 'home' order by 1, 2`);
  assert.deepEqual(phones, [['0', 'home', '+61362000001'], ['0', 'mobile', '+61412000009'],
    ['1', 'home', '+61362000002'], ['1', 'mobile', '+61412000002']]);
  settled();
});

test('XML: what is read in the items of a list is no drift, and what is not is', async () => {
  const accounts = (...more) => `<?xml version="1.0"?><list>${people.map((name, i) => {
    const [given, family] = name.split(',');
    return `<account no="X${i}"><firm>Firm ${i}</firm><staff><one id="1"><given>${given}</given><family>${family}</family>
      <tel type="work">036200010${i}</tel><tel type="home">036200020${i}</tel>${more.join('')}</one></staff></account>`;
  }).join('')}</list>`;
  writeFileSync(join(site, 'mappings', 'firms.xml'), `<source xmlns="urn:axle:source:1" name="firms" connector="web" region="AU">
  <from><directory pattern="*"/></from>
  <format><xml records="//account"/></format>
  <record class="customer" key="@no"><value of="customer.name.organization" from="firm"/></record>
  <record class="customer" key="@no" each="staff/one" part="{@id}">
    <value of="customer.name.given" from="given"/><value of="customer.name.family" from="family"/>
    <value of="customer.phone" each="tel" from="." kind="{@type}"/>
  </record>
</source>
`);
  await until('the source', () => existsSync(join(instance.home, 'in', 'firms')), 10);
  drop('firms', [accounts()]);
  assert.deepEqual(drift('firms'), []);
  drop('firms', [accounts('<giv>x</giv>', '<desk no="4">12</desk>')]);
  assert.deepEqual(drift('firms').map(([field, kind]) => [field, kind]),
    [['staff/one/desk', 'new'], ['staff/one/desk/@no', 'new'], ['staff/one/giv', 'new']]);
  const before = readFileSync(join(site, 'mappings', 'firms.xml'), 'utf8');
  writeFileSync(join(site, 'mappings', 'firms.xml'), before.replace('<value of="customer.phone"', '<value of="customer.occupation" from="desk"/>$&'));
  await until('settling', () => drift('firms').length === 2, 10);
  settled();
});

test('what nobody fills and nobody uses', () => {
  const report = JSON.parse(instance.must('unused', '--json'));
  const unmapped = report.elements.filter((e) => e.why === 'unmapped').map((e) => e.element);
  assert.ok(unmapped.includes('customer.death_date') && !unmapped.includes('customer.birth_date'));
  assert.deepEqual(report.fields.find((f) => f.source === 'app' && f.field === '/contact/fax').records, 6);
  assert.equal(report.fields.find((f) => f.source === 'shop' && f.field === 'fax').why, 'ignored');
  const text = instance.must('unused');
  assert.match(text, /customer\.death_date/);
  assert.match(text, /'\/contact\/fax'.*6 records/);
});
