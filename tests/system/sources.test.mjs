// Sources that come and change while the hub runs; one whose live mapping can no longer be read stands still
// and stops nobody else.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Instance, until } from './axle.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
const dictionary = join(site, 'dictionary.xml');
const instance = new Instance({ AXLE_SITE: site });

function mapping(name, more = '') {
  writeFileSync(join(site, 'mappings', `${name}.xml`), `<source xmlns="urn:axle:source:1" name="${name}" connector="web" trust="50" region="AU">
  <from><directory pattern="*.csv"/></from>
  <format><csv/></format>
  <record class="customer" key="id">
    <value of="customer.name.family" from="family"/>
    <value of="customer.email" from="email"/>
    ${more}
  </record>
</source>
`);
}

// Written elsewhere and moved in, as the tutorial says.
function drop(source, name, lines) {
  const path = join(instance.home, name);
  writeFileSync(path, lines.join('\n') + '\n');
  renameSync(path, join(instance.home, 'in', source, name));
}

const published = (source) => Number(instance.sql(`select count(*) from axle.xref where source = '${source}'`)[0][0]);

before(() => {
  mkdirSync(join(site, 'mappings'));
  mapping('plain');
  writeFileSync(dictionary, `<dictionary xmlns="urn:axle:dictionary:1">
  <class name="customer">
    <element name="shoe_size" label="Shoe size" domain="short" sensitivity="personal" survivorship="trust"><definition>The size of the customer's shoes.</definition></element>
  </class>
</dictionary>
`);
  mapping('shoes', '<value of="customer.shoe_size" from="size"/>');
  instance.up();
});
after(() => {
  instance.remove();
  rmSync(site, { recursive: true, force: true });
});

test('an element and a source of the site are live', () => {
  drop('shoes', 'first.csv', ['id,family,email,size', '1,Adams,a@adams.example.org,42']);
  instance.must('wait', '--timeout', '20');
  assert.equal(published('shoes'), 1);
  assert.deepEqual(instance.sql('select shoe_size from axle.customer'), [['42']]);
});

test('one person in three hundred records is one customer', () => {
  mapping('many', `<value of="customer.name.given" from="given"/>
    <value of="customer.birth_date" from="born" date="YYYY-MM-DD"/>`);
  const rows = Array.from({ length: 300 }, (_, i) => `${i},Ostrogothsky,wo@ostro.example.org,Wilhelmina,1971-02-03`);
  const path = join(instance.home, 'many.csv');
  writeFileSync(path, ['id,family,email,given,born', ...rows].join('\n') + '\n');
  instance.must('load', path, '--source', 'many');
  instance.must('wait', '--timeout', '20');
  assert.deepEqual(instance.sql("select count(distinct customer_id), count(*) from axle.xref where source = 'many'"), [['1', '300']]);
});

test('a source added while the hub runs is live within seconds', async () => {
  mapping('added');
  await until('a drop folder', () => {
    try { drop('added', 'one.csv', ['id,family,email', '1,Brown,b@brown.example.org']); return true; } catch { return false; }
  }, 5);
  await until('publishing', () => published('added') === 1, 5);
});

test('a mapping made wrong leaves the one before it live', async () => {
  mapping('added', '<value of="customer.name.famly" from="other"/>');
  const checked = instance.axle('check');
  assert.equal(checked.status, 1);
  assert.match(checked.stdout, /added\.xml:7:\d+: .*did you mean 'customer\.name\.family'/);
  drop('added', 'two.csv', ['id,family,email', '2,Clark,c@clark.example.org']);
  await until('publishing', () => published('added') === 2, 5);
  mapping('added');
});

test('a source whose mapping cannot be read any more stops no other', async () => {
  instance.down();
  rmSync(dictionary);
  instance.up();
  drop('plain', 'one.csv', ['id,family,email', '1,Davis,d@davis.example.org']);
  await until('publishing', () => published('plain') === 1, 10);
  assert.match(instance.axle('check').stdout, /shoes\.xml:7:\d+: /);
  assert.equal(published('shoes'), 1);
  instance.must('wait', '--timeout', '20'); // golden records follow the dictionary
  assert.equal(instance.axle('verify').status, 0);
});
