// Warranty cards, from XML with a schema, JSON and CSV to what is published: who has what, since when and until
// when; what does not fit its schema; numbers whose check digit is wrong.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Instance, root, until } from './axle.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
const instance = new Instance({ AXLE_SITE: site });
const tutorial = join(root, 'mappings/tutorial');
const schema = readFileSync(join(tutorial, 'card.xsd'), 'utf8');
let files = 0;

function load(source, text) {
  const path = join(site, `file-${files += 1}`);
  writeFileSync(path, text);
  instance.must('load', '--source', source, path);
  instance.must('wait', '--timeout', '60');
}

const flat = (name, format, field) => `<source xmlns="urn:axle:source:1" name="${name}" connector="warranty" trust="60" region="AU">
  <from><directory/></from><format>${format}</format>
  <record class="customer" key="${field('card')}" part="owner"><value of="customer.name.full" from="${field('owner')}"/>
    <value of="customer.email" from="${field('email')}"/></record>
  <record class="product" key="${field('card')}" part="product"><value of="product.vin" from="${field('vin')}"/></record>
  <record class="registration" key="${field('card')}"><relation to="owner" role="customer"/><relation to="product" role="product"/>
    <value of="registration.purchase_date" from="${field('bought')}" date="D/M/YYYY"/>
    <value of="registration.end_date" from="${field('bought')}" date="D/M/YYYY" plus="3 years"/></record></source>`;

before(() => {
  mkdirSync(join(site, 'mappings'));
  for (const name of ['cards.xml', 'card.xsd'])
    copyFileSync(join(tutorial, name), join(site, 'mappings', name));
  writeFileSync(join(site, 'mappings', 'keyed.xml'), flat('keyed', '<csv delimiter=";"/>', (name) => name));
  writeFileSync(join(site, 'mappings', 'portal.xml'), flat('portal', '<json records=""/>', (name) => `/${name}`));
  assert.equal(instance.axle('check').status, 0, instance.axle('check').stderr);
  instance.up();
});
after(() => {
  instance.remove();
  rmSync(site, { recursive: true, force: true });
});

test('cards that fit their schema become registrations, with the end of the warranty', () => {
  load('cards', readFileSync(join(tutorial, 'cards-may.xml')));
  assert.deepEqual(instance.sql(`select r.number, c.display_name, r.dealer, r.purchase_date, r.start_date, r.end_date, p.maker
    from axle.registration r join axle.customer c using (customer_id) join axle.product p using (product_id) order by 1`), [
    ['C1', 'Ann Lee', 'Perth Pumps', '2024-05-31', '2024-05-31', '2026-05-30', 'Pumpworks'],
    ['C2', 'Bob Ray', 'Ray Motors', '2024-02-29', '2024-02-29', '2025-02-27', 'Acme'],
    ['C3', 'Cy Dunn', 'Ray Motors', '2024-03-01', '2024-03-01', '2025-02-28', 'Acme'],
    ['C5', 'Ed Gray', 'Perth Pumps', '2024-05-02', '2024-05-02', '2024-11-01', 'Pumpworks']]);
});

test('one that does not fit says where and why, and costs itself', () => {
  assert.deepEqual(instance.sql("select stage, code, line, \"column\", message from axle.reject where source = 'cards'"),
    [['validate', 'schema', '21', '33', "<bought> cannot be 'last week'"]]);
});

test('a wrong check digit flags the number, and nothing is known by it', () => {
  assert.deepEqual(instance.sql('select source_key, vin, serial from axle.product order by 1'), [
    ['C-1', '', '79927398713'], ['C-2', '1M8GDM9AXKP042788', ''], ['C-3', '', ''], ['C-5', '', '']]);
  const flags = instance.sql(`select r.source_key, d.path, i.item ->> 'f', i.item ->> 'r' from hub.record r,
    jsonb_each(r.doc) d(path, items), jsonb_array_elements(d.items) i(item)
    where r.class = 'product' and d.path in ('vin', 'serial') and i.item ? 'f' order by 1`);
  assert.deepEqual(flags, [['C-3', 'vin', 'vin', '1M8GDM9AYKP042788'], ['C-5', 'serial', 'check-digit', '79927398710']]);
});

test('cards as CSV and JSON speak of the same car, and its owner changes', () => {
  load('keyed', 'card;owner;email;vin;bought\nK1;Gil Hoy;gil@hoy.example;1M8GDM9AXKP042788;1/3/2025\n');
  load('portal', JSON.stringify([{ card: 'P1', owner: 'Ida Jost', email: 'ida@jost.example', vin: '1m8gdm9axkp042788', bought: '31/1/2026' }]));
  assert.deepEqual(instance.sql(`select c.display_name, o.since, o.until from axle.ownership o join axle.customer c using (customer_id)
    join axle.product p using (product_id) where p.vin = '1M8GDM9AXKP042788' order by o.since`), [
    ['Bob Ray', '2024-02-29', '2025-03-01'], ['Gil Hoy', '2025-03-01', '2026-01-31'], ['Ida Jost', '2026-01-31', '']]);
  assert.deepEqual(instance.sql("select end_date from axle.registration where source = 'portal'"), [['2029-01-31']]);
});

test('a changed schema is a changed mapping, and rejects pass once they fit', async () => {
  const live = () => instance.sql("select mapping_hash from axle.source where name = 'cards'")[0][0];
  const before = live();
  writeFileSync(join(site, 'mappings', 'card.xsd'), schema.replace('name="bought" type="xs:date"', 'name="bought" type="xs:string"'));
  await until('the changed schema', () => live() !== before, 20);
  instance.must('replay', '--source', 'cards');
  instance.must('wait', '--timeout', '60');
  assert.deepEqual(instance.sql("select count(*) from axle.reject where source = 'cards'"), [['0']]);
  assert.deepEqual(instance.sql("select count(*) from axle.registration where number = 'C4' and end_date is null"), [['1']]);
});

test('a schema that is gone leaves the one before live', async () => {
  unlinkSync(join(site, 'mappings', 'card.xsd'));
  assert.match(instance.axle('check').stderr + instance.axle('check').stdout, /card\.xsd/);
  load('cards', '<cards xmlns="https://cards.example/1"><card number="C-6"/></cards>');
  assert.deepEqual(instance.sql("select code, message from axle.reject where source = 'cards'"),
    [['schema', '<card> is not complete; it still needs <owner>']]);
  assert.equal(instance.axle('verify').status, 0, instance.axle('verify').stdout);
});
