// Records of other classes than customer: orders, products and their owners, households, calls. Whatever
// source and order they come in, they are one thing each, and hang on the right customer.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Instance } from './axle.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
const instance = new Instance({ AXLE_SITE: site });

const person = (name, extra = '') => `
    <value of="customer.name.full" from="/${name}"/>
    <value of="customer.email" from="/email"/>${extra}`;

// Sources of JSON lines: one file a source, all pushed by `load`.
function mapping(name, trust, records) {
  writeFileSync(join(site, 'mappings', `${name}.xml`), `<source xmlns="urn:axle:source:1" name="${name}" connector="web" trust="${trust}" region="AU">
  <from><directory pattern="*.jsonl"/></from>
  <format><jsonl/></format>${records}
</source>
`);
}

let files = 0;
function load(source, ...rows) {
  const path = join(site, `load-${files += 1}.jsonl`);
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  instance.must('load', path, '--source', source);
  instance.must('wait', '--timeout', '60');
}

const customer = (email) => instance.sql(`select customer_id from axle.customer_email where value = '${email}'`)[0][0];

before(() => {
  mkdirSync(join(site, 'mappings'));
  mapping('shop', 60, `
  <record class="customer" key="/order" part="buyer">${person('name')}
  </record>
  <record class="transaction" key="/order">
    <value of="transaction.system" const="shop"/>
    <value of="transaction.number" from="/order"/>
    <value of="transaction.kind" const="purchase"/>
    <value of="transaction.date" from="/day"/>
    <value of="transaction.amount" from="/total"/>
    <value of="transaction.currency" const="AUD"/>
    <value of="transaction.line.number" each="/lines" from="/no"/>
    <value of="transaction.line.sku" each="/lines" from="/sku"/>
    <value of="transaction.line.quantity" each="/lines" from="/n"/>
  </record>`);
  mapping('erp', 40, `
  <record class="transaction" key="/id">
    <value of="transaction.system" from="/system"/>
    <value of="transaction.number" from="/no"/>
    <value of="transaction.cost" from="/cost"/>
    <value of="transaction.line.sku" each="/lines" from="/sku"/>
    <relation to="buyer" role="customer" source="shop" key="/no"/>
  </record>`);
  const registered = (more) => `
  <record class="customer" key="/id" part="owner">${person('name')}
  </record>
  <record class="product" key="/id" part="product">
    <value of="product.vin" from="/vin"/>
    <value of="product.serial" from="/serial"/>
    <value of="product.maker" from="/maker"/>
    <value of="product.model" from="/model"/>
  </record>
  <record class="registration" key="/id">
    <value of="registration.purchase_date" from="/bought"/>
    <value of="registration.status" from="/status"/>
    <relation to="owner" role="customer"/>
    <relation to="product" role="product"/>${more}
  </record>`;
  mapping('warranty', 70, registered(''));
  mapping('dealers', 50, registered(`
    <value of="registration.dealer" from="/dealer"/>`));
  mapping('club', 50, `
  <record class="household" key="/id">
    <value of="household.name" from="/family"/>
  </record>
  <record class="customer" key="/id" part="first">
    <value of="customer.name.full" from="/one"/>
    <value of="customer.email" from="/mail_one"/>
    <relation to="" role="member"/>
    <relation to="second" role="spouse"/>
  </record>
  <record class="customer" key="/id" part="second">
    <value of="customer.name.full" from="/two"/>
    <value of="customer.email" from="/mail_two"/>
    <relation to="" role="member"/>
  </record>`);
  mapping('calls', 50, `
  <record class="customer" key="/call" part="caller">${person('name')}
  </record>
  <record class="product" key="/call" part="product" needs="product.vin">
    <value of="product.vin" from="/vin"/>
  </record>
  <record class="campaign" key="/call" part="campaign" needs="campaign.code">
    <value of="campaign.code" from="/campaign"/>
  </record>
  <record class="interaction" key="/call">
    <value of="interaction.system" const="calls"/>
    <value of="interaction.number" from="/call"/>
    <value of="interaction.kind" const="call"/>
    <value of="interaction.time" from="/at"/>
    <value of="interaction.duration" from="/seconds"/>
    <value of="interaction.abandoned" from="/abandoned"/>
    <relation to="caller" role="customer"/>
    <relation to="product" role="product"/>
    <relation to="campaign" role="campaign"/>
  </record>`);
  mapping('pairs', 40, `
  <record class="product" key="/id" part="a">
    <value of="product.serial" from="/a"/>
    <value of="product.name" from="/name"/>
  </record>
  <record class="product" key="/id" part="b" needs="product.serial">
    <value of="product.serial" from="/b"/>
  </record>`);
  const { status, stdout } = instance.axle('check');
  assert.equal(status, 0, stdout);
  instance.up();
});
after(() => {
  instance.remove();
  rmSync(site, { recursive: true, force: true });
});

test('an order that comes from two sources is one transaction, with its lines', () => {
  load('erp', { id: 'E1', system: 'shop', no: '1001', cost: '31.50', lines: [{ sku: 'A-1' }, { sku: 'B-2' }, { sku: 'C-3' }] });
  assert.deepEqual(instance.sql('select customer_id, amount, cost from axle.transaction'), [['', '', '31.50']]);
  load('shop', {
    order: '1001', name: 'Ann Lee', email: 'ann@lee.example.org', day: '2024-03-05', total: '49.00',
    lines: [{ no: 1, sku: 'A-1', n: 2 }, { no: 2, sku: 'B-2', n: 1 }, { no: 3, sku: 'B-2', n: 1 }],
  });
  assert.deepEqual(
    instance.sql('select number, date, amount + 1, cost, currency, source, source_key, part, record_count, customer_id from axle.transaction'),
    [['1001', '2024-03-05', '50.00', '31.50', 'AUD', 'shop', '1001', '', '2', customer('ann@lee.example.org')]]);
  assert.deepEqual(
    instance.sql('select l.number, l.sku, l.quantity from axle.transaction_line l join axle.transaction using (transaction_id) order by 1'),
    [['1', 'A1', '2'], ['2', 'B2', '1'], ['3', 'B2', '1']]);
});

test('a product is one by its VIN, and by its serial number unless the makers differ', () => {
  const [vin] = ['1M8GDM9AXKP042788'];
  load('warranty',
    { id: 'W1', name: 'Ann Lee', email: 'ann@lee.example.org', vin, maker: 'Acme', model: 'Bus', bought: '2024-03-05' },
    { id: 'W2', name: 'Bob Ray', email: 'bob@ray.example.org', serial: 'S-100', maker: 'Acme', bought: '2023-01-01' },
    { id: 'W3', name: 'Cy Dunn', email: 'cy@dunn.example.org', serial: 'S-200', maker: 'Acme', bought: '2023-02-01' });
  load('dealers',
    { id: 'D2', name: 'Bob Ray', email: 'bob@ray.example.org', serial: 's-100', bought: '2023-01', dealer: 'North' },
    { id: 'D3', name: 'Di Fox', email: 'di@fox.example.org', serial: 'S-200', maker: 'Zenith', bought: '2023-02-01' });
  assert.deepEqual(
    instance.sql("select coalesce(vin, serial), maker, record_count from axle.product order by 1, 2"),
    [[vin, 'Acme', '1'], ['S100', 'Acme', '2'], ['S200', 'Acme', '1'], ['S200', 'Zenith', '1']]);
  assert.deepEqual(instance.sql("select state from axle.review_task where kind = 'ownership'"), []);
});

const owners = () => instance.sql(`select o.since, o.until, c.display_name from axle.ownership o
  join axle.product p using (product_id) join axle.customer c on c.customer_id = o.customer_id
  where p.vin = '1M8GDM9AXKP042788' order by o.since`);

test('a later registration by somebody else is a change of owner', () => {
  load('dealers', { id: 'D1', name: 'Bob Ray', email: 'bob@ray.example.org', vin: '1M8GDM9AXKP042788', bought: '2025-06-01', dealer: 'South' });
  assert.deepEqual(owners(), [['2024-03-05', '2025-06-01', 'Ann Lee'], ['2025-06-01', '', 'Bob Ray']]);
  assert.deepEqual(
    instance.sql(`select r.purchase_date, r.dealer, p.vin from axle.registration r join axle.product p using (product_id)
      where r.customer_id = '${customer('bob@ray.example.org')}' and p.vin is not null`),
    [['2025-06-01', 'South', '1M8GDM9AXKP042788']]);
});

const disputes = () => instance.sql(`select state, reason, closed_at is not null from axle.review_task
  where kind = 'ownership' order by review_id`);

test('for the same time it is a review, which closes when it no longer holds', () => {
  load('dealers', { id: 'D4', name: 'Di Fox', email: 'di@fox.example.org', vin: '1M8GDM9AXKP042788', bought: '2025-06-01', dealer: 'East' });
  const reason = 'two customers registered the same product from 2025-06-01';
  assert.deepEqual(disputes(), [['open', reason, 'f']]);
  assert.match(instance.must('export', 'reviews'), /ownership/);
  load('dealers', { id: 'D4', name: 'Di Fox', email: 'di@fox.example.org', vin: '1M8GDM9AXKP042788', bought: '2026-02-03', dealer: 'East' });
  assert.deepEqual(disputes(), [['closed', reason, 't']]);
  assert.deepEqual(owners().map((row) => row[2]), ['Ann Lee', 'Bob Ray', 'Di Fox']);
});

test('it closes as well when the two turn out to be one customer', () => {
  const car = { vin: '1HGCM82633A004352', bought: '2022-02-02' };
  load('warranty', { id: 'W7', name: 'Grace Holloway', email: 'grace@one.example.org', ...car });
  load('dealers', { id: 'D7', name: 'G. Holloway', email: 'gh@two.example.org', ...car });
  assert.equal(disputes().at(-1)[0], 'open');
  load('dealers', { id: 'D7', name: 'Grace Holloway', email: 'grace@one.example.org', ...car });
  assert.equal(disputes().at(-1)[0], 'closed');
  assert.equal(instance.sql(`select count(*) from axle.ownership o join axle.product using (product_id) where vin = '${car.vin}'`)[0][0], '1');
});

test('a registration that was cancelled says nothing about owners', () => {
  const sale = { id: 'D9', name: 'Hal Voss', email: 'hal@voss.example.org', vin: '1M8GDM9AXKP042788', bought: '2026-03-01', dealer: 'East' };
  load('dealers', sale);
  assert.equal(owners().at(-1)[2], 'Hal Voss');
  load('dealers', { ...sale, status: 'voided' });
  assert.deepEqual(owners().map((row) => [row[1], row[2]]), [['2025-06-01', 'Ann Lee'], ['2026-02-03', 'Bob Ray'], ['', 'Di Fox']]);
});

test('what more than a hundred customers register is asked about once, until fewer do', () => {
  const syllables = 'ba ke li mo nu ra te vi so du'.split(' ');
  const word = (n) => [...String(n % 999983)].map((digit) => syllables[digit]).join('');
  const sale = (i) => ({ id: `N${i}`, name: `${word(i * 7919 + 12345)} ${word(i * 104729 + 777)}`, email: `${word(i * 31337 + 5)}@n${i}.example.org`,
    serial: 'SN-7734-X', maker: 'Acme', bought: '2024-03-05' });
  const open = () => instance.sql(`select reason, count(*), max(cardinality(customer_ids)) from axle.review_task
    where kind = 'ownership' and closed_at is null group by 1 order by 1`);
  const owning = () => Number(instance.sql(`select count(*) from axle.ownership o join axle.product p using (product_id)
    where p.serial = 'SN7734X'`)[0][0]);
  const before = open();
  const pairs = (n) => [...before, ['two customers registered the same product from 2024-03-05', `${n}`, '2']];
  const many = [...before, ['more than 100 registrations by different customers name the product Acme SN7734X: its number may stand for many', '1', '0']];
  load('warranty', ...Array.from({ length: 100 }, (_, i) => sale(i)));
  assert.deepEqual([owning(), open().sort()], [100, pairs(99).sort()]);
  load('dealers', sale(100));
  assert.deepEqual([owning(), open().sort()], [0, many.sort()]);
  load('dealers', ...Array.from({ length: 500 }, (_, i) => sale(101 + i)));
  assert.deepEqual([owning(), open().sort()], [0, many.sort()]);
  assert.equal(instance.axle('verify').status, 0);
  load('dealers', ...Array.from({ length: 501 }, (_, i) => ({ ...sale(100 + i), status: 'voided' })));
  assert.deepEqual([owning(), open().sort()], [100, pairs(99).sort()]);
  assert.equal(instance.axle('verify').status, 0);
});

test('few customers are owners, however often they register', () => {
  const people = [['Ida Moss', 'ida@moss.example.org'], ['Jon Pike', 'jon@pike.example.org']];
  load('dealers', ...Array.from({ length: 600 }, (_, i) => ({ id: `F${i}`, name: people[i % 2][0], email: people[i % 2][1],
    serial: 'SN-8845-Y', maker: 'Acme', bought: i % 2 ? '2025-02-03' : '2024-01-02' })));
  assert.deepEqual(
    instance.sql(`select c.display_name, o.since, o.until from axle.ownership o join axle.product p using (product_id)
      join axle.customer c on c.customer_id = o.customer_id where p.serial = 'SN8845Y' order by 2`),
    [['Ida Moss', '2024-01-02', '2025-02-03'], ['Jon Pike', '2025-02-03', '']]);
});

test('products of one delivery that are the same are one, whether they say the same or not', () => {
  load('pairs',
    { id: 'P1', a: 'TWIN-77', b: 'TWIN-77', name: 'Left' },
    { id: 'P2', a: 'TWIN-78', b: 'TWIN-78' },
    { id: 'P3', a: 'UNKNOWN', b: '0000' }, { id: 'P4', a: 'unknown', b: '0000' });
  assert.deepEqual(
    instance.sql("select serial, name, record_count from axle.product where source = 'pairs' order by serial"),
    [['0000', '', '1'], ['0000', '', '1'], ['TWIN77', 'Left', '2'], ['TWIN78', '', '2'], ['UNKNOWN', '', '1'], ['UNKNOWN', '', '1']]);
});

const things = (serial) => Number(instance.sql(`select count(*) from axle.product where serial = '${serial}'`)[0][0]);

test('what hundreds of different products have in common identifies none of them', () => {
  const row = (i) => ({ id: `G${i}`, a: 'SERIAL-55', b: '', name: `Model ${i}` });
  load('pairs', ...Array.from({ length: 500 }, (_, i) => row(i)));
  assert.equal(things('SERIAL55'), 1);
  load('pairs', row(500));
  assert.equal(things('SERIAL55'), 501);
  assert.match(instance.must('status'), / 1 identifiers that too many share/);
  load('pairs', { ...row(500), a: 'SERIAL-56' });
  assert.match(instance.must('status'), / 0 identifiers that too many share/);
  assert.equal(things('SERIAL55'), 1);
});

test('a household has its members, who stay two customers', () => {
  load('club', { id: 'H1', family: 'The Okafors', one: 'Ada Okafor', mail_one: 'ada@okafor.example.org', two: 'Ben Okafor', mail_two: 'ben@okafor.example.org' });
  const ada = customer('ada@okafor.example.org');
  const ben = customer('ben@okafor.example.org');
  assert.notEqual(ada, ben);
  assert.deepEqual(
    instance.sql('select h.display_name, m.role, m.since <= now(), c.display_name from axle.household h join axle.household_member m using (household_id) join axle.customer c using (customer_id) order by 4'),
    [['The Okafors', 'member', 't', 'Ada Okafor'], ['The Okafors', 'member', 't', 'Ben Okafor']]);
  assert.deepEqual(
    instance.sql(`select household_id is not null from axle.customer where customer_id in ('${ada}', '${ben}')`), [['t'], ['t']]);
  assert.deepEqual(
    instance.sql("select source_key, part, class, role, to_part, to_class, customer_id, to_customer_id from axle.relation where role = 'spouse'"),
    [['H1', 'first', 'customer', 'spouse', 'second', 'customer', ada, ben]]);
});

test('a call knows its customer, its product and its campaign', () => {
  load('calls',
    { call: 'C1', name: 'Ann Lee', email: 'ann@lee.example.org', vin: '1M8GDM9AXKP042788', campaign: 'SPRING', at: '2024-05-06T07:08:09Z', seconds: '1:30', abandoned: 'no' },
    { call: 'C2', name: 'Bob Ray', email: 'bob@ray.example.org', campaign: 'SPRING', at: '2024-05-07T07:08:09Z', seconds: '10', abandoned: 'yes' });
  assert.deepEqual(
    instance.sql(`select i.number, extract(epoch from i.time)::bigint, i.duration, i.abandoned, i.customer_id, p.vin, g.code
      from axle.interaction i left join axle.product p using (product_id) left join axle.campaign g using (campaign_id) order by 1`),
    [['C1', '1714979289', '90', 'f', customer('ann@lee.example.org'), '1M8GDM9AXKP042788', 'SPRING'],
      ['C2', '1715065689', '10', 't', customer('bob@ray.example.org'), '', 'SPRING']]);
  assert.equal(instance.sql('select count(*) from axle.campaign')[0][0], '1');
});

test('everything holds', () => {
  const verdict = instance.axle('verify');
  assert.equal(verdict.status, 0, verdict.stdout);
  assert.match(verdict.stdout, /things/);
  assert.deepEqual(instance.sql('select source, balance from axle.conservation where balance <> 0'), []);
});
