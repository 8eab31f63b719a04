// What a mapping can say, from a dropped file to what is published: couples, relations, regions, a value's
// own trust, and look-up tables that change while the hub runs.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Instance, until } from './axle.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
const instance = new Instance({ AXLE_SITE: site });

function put(name, text) {
  const path = join(site, 'new');
  writeFileSync(path, text);
  renameSync(path, join(site, 'mappings', name));
}

let files = 0;
function drop(source, lines) {
  const path = join(instance.home, 'dropped');
  writeFileSync(path, lines.join('\n') + '\n');
  renameSync(path, join(instance.home, 'in', source, `${String(++files).padStart(4, '0')}.csv`));
  instance.must('wait', '--timeout', '30');
}

const dealers = (name) => `code;name\nK1;${name}\nk2;"Southern; Motors"\n`;

before(() => {
  mkdirSync(join(site, 'mappings'));
  put('dealers.csv', dealers('Northern Cars'));
  put('club.xml', `<source xmlns="urn:axle:source:1" name="club" connector="web" trust="50">
  <from><directory pattern="*.csv"/></from>
  <format><csv delimiter=";"/></format>
  <table name="dealers" file="dealers.csv" from="code" to="name" delimiter=";"/>
  <record class="customer" key="id" region="land">
    <value of="customer.name.full" from="name"><couple take="first"/></value>
    <value of="customer.phone" from="tel"/>
    <value of="customer.income" from="income" trust="10"><number decimal="," group="."/></value>
    <value of="customer.identifier" from="card" scheme="loyalty" verified="yes"/>
  </record>
  <record class="customer" key="id" part="spouse" needs="customer.name.full" region="land">
    <relation role="spouse"/>
    <value of="customer.name.full" from="name"><couple take="second"/></value>
  </record>
  <record class="registration" key="id" part="car" if="dealer">
    <value of="registration.dealer" from="dealer"><lookup table="dealers"/></value>
    <value of="registration.purchase_date" from="bought" date="D.M.YYYY hh:mm"/>
  </record>
</source>
`);
  put('bank.xml', `<source xmlns="urn:axle:source:1" name="bank" connector="web" trust="30">
  <from><directory pattern="*.csv"/></from>
  <format><csv delimiter=";"/></format>
  <record class="customer" key="id">
    <value of="customer.name.full" from="name"/>
    <value of="customer.income" from="income"/>
    <value of="customer.identifier" from="card" scheme="loyalty" verified="yes"/>
  </record>
</source>
`);
  instance.up();
});
after(() => {
  instance.remove();
  rmSync(site, { recursive: true, force: true });
});

const head = 'id;name;tel;land;income;card;dealer;bought';

test('two people in one name are two customers, related to each other', () => {
  drop('club', [head, '1;Hans und Anna Winterhalter;030 123456;Germany;81.234,50;L-77;k1;5.3.2024 23:30',
    '2;Smith & Sons Pty Ltd;;Australia;;;;']);
  assert.deepEqual(instance.sql(`select x.source_key, x.part, c.display_name from axle.xref x
    join axle.customer c using (customer_id) where source = 'club' and part <> 'car' order by 1, 2`), [
    ['1', '', 'Hans Winterhalter'], ['1', 'spouse', 'Anna Winterhalter'], ['2', '', 'Smith & Sons Pty Ltd'],
  ]);
  assert.deepEqual(instance.sql(`select r.role, a.display_name, b.display_name from axle.relation r
    join axle.customer a using (customer_id) join axle.customer b on b.customer_id = r.to_customer_id
    where r.class = 'customer'`), [['spouse', 'Anna Winterhalter', 'Hans Winterhalter']]);
});

test('telephone numbers are read in the region that the record names', () => {
  assert.deepEqual(instance.sql('select value from axle.customer_phone'), [['+4930123456']]);
});

const registrations = () => instance.sql(`select g.source_key, g.dealer, g.purchase_date, c.display_name
  from axle.registration g left join axle.customer c using (customer_id) order by 1`);

test('what is no customer belongs to the first one, and its code is looked up', () => {
  assert.deepEqual(registrations(), [['1', 'Northern Cars', '2024-03-05', 'Hans Winterhalter']]);
});

test("a value's own trust stands for its source's", () => {
  assert.deepEqual(instance.sql("select income from axle.customer where display_name like 'Hans%'"), [['81234.50']]);
  drop('bank', ['id;name;income;card', '9;Hans Winterhalter;75000;L-77']);
  assert.deepEqual(instance.sql("select record_count, income from axle.customer where display_name like 'Hans%'"),
    [['2', '75000']]);
});

test('a changed table is live without a restart', async () => {
  const version = () => instance.sql("select mapping_hash from axle.source where name = 'club'")[0][0];
  const before = version();
  put('dealers.csv', dealers('Northern Automobiles'));
  await until('the mapping with the other table', () => version() !== before, 10);
  drop('club', [head, '3;Berta Ostermann;;Germany;;;K1;1.2.2023 08:00', '4;Carl Niemeyer;;Germany;;;K2;2.2.2023 08:00']);
  assert.deepEqual(registrations().slice(1), [
    ['3', 'Northern Automobiles', '2023-02-01', 'Berta Ostermann'],
    ['4', 'Southern; Motors', '2023-02-02', 'Carl Niemeyer'],
  ]);
});

test('a table that is wrong is refused, and the one before goes on', async () => {
  put('dealers.csv', 'cod;name\nK1;Nobody\n');
  const done = instance.axle('check');
  assert.equal(done.status, 1);
  assert.match(done.stdout + done.stderr, /club\.xml:4:\d+: the file 'dealers\.csv' has no column 'code'; did you mean 'cod'\?/);
  drop('club', [head, '5;Dora Petersen;;Germany;;;K1;3.2.2023 08:00']);
  assert.deepEqual(registrations().slice(-1), [['5', 'Northern Automobiles', '2023-02-03', 'Dora Petersen']]);
  assert.deepEqual(instance.sql('select distinct balance from axle.conservation'), [['0']]);
  assert.equal(instance.axle('verify').status, 0);
});
