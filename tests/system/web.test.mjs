// The web, from files to what is published: visits of nobody become a customer's once he says who he is, and
// nobody's or another's when customers part; campaigns; consent from forms; a confirmed address.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Instance, root } from './axle.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
const instance = new Instance({ AXLE_SITE: site });
const tutorial = join(root, 'mappings/tutorial');
let files = 0;

function load(source, path) {
  instance.must('load', '--source', source, path);
  instance.must('wait', '--timeout', '60');
}
function lines(source, ...texts) {
  const path = join(site, `lines-${files += 1}.txt`);
  writeFileSync(path, texts.map((text) => `${typeof text === 'string' ? text : JSON.stringify(text)}\n`).join(''));
  load(source, path);
}
const view = (time, path, visitor) =>
  `192.0.2.7 - - [${time} +0000] "GET ${path} HTTP/1.1" 200 1 "-" "Nav" "${visitor}"`;
const form = (id, at, visitor, name) =>
  ({ id, at, visitor, name, email: `${name.split(' ')[0].toLowerCase()}@${id.toLowerCase()}.example`, page: 'https://shop.example.com/contact' });
const whose = (visitor) => instance.sql(`select i.page, c.display_name, i.is_stitched from axle.interaction i
  left join axle.customer c using (customer_id) where i.visitor = '${visitor}' and i.source = 'visits' order by i.time`);

before(() => {
  mkdirSync(join(site, 'mappings'));
  for (const name of ['visits', 'forms', 'orders'])
    copyFileSync(join(tutorial, `${name}.xml`), join(site, 'mappings', `${name}.xml`));
  assert.equal(instance.axle('check').status, 0, instance.axle('check').stderr);
  instance.up();
});
after(() => {
  instance.remove();
  rmSync(site, { recursive: true, force: true });
});

test('visits are nobody\'s until the visitor says who he is', () => {
  load('visits', join(tutorial, 'access.log'));
  assert.deepEqual(instance.sql("select received, current, suppressed, rejected from axle.conservation where source = 'visits'"),
    [['5', '4', '1', '0']]);
  assert.deepEqual(instance.sql(`select time at time zone 'UTC', page, referrer, campaign, customer_id from axle.interaction
    where visitor = 'v-17' order by time limit 1`),
  [['2024-05-01 00:00:02', 'https://shop.example.com/pumps', 'https://news.example.org', 'SPRINGSALE', '']]);
  load('forms', join(tutorial, 'forms.jsonl'));
  assert.deepEqual(whose('v-17'), [
    ['https://shop.example.com/pumps', 'Ann Lee', 't'],
    ['https://shop.example.com/pumps/p200', 'Ann Lee', 't'],
    ['https://shop.example.com/orders/1001', 'Ann Lee', 't']]);
});

test('what was asked in a form is kept with the answer', () => {
  assert.deepEqual(instance.sql(`select c.display_name, n.purpose, n.channel, n.contact_point, n.state, n.time at time zone 'UTC',
      n.text, n.evidence from axle.consent n join axle.customer c using (customer_id) order by 1`), [
    ['Ann Lee', 'marketing', 'email', 'ann@lee.example', 'given', '2024-05-01 00:09:30',
      'Yes, send me the newsletter by e-mail (version 3)',
      'form F1 on https://shop.example.com/newsletter?utm_campaign=Spring%20Sale'],
    ['Bob Ray', 'marketing', 'email', 'bob@ray.example', 'denied', '2024-05-02 23:00:00',
      'Yes, send me the newsletter by e-mail (version 3)', 'form F2 on https://shop.example.com/contact']]);
});

test('an address that is confirmed stays, whatever is newer or trusted more', () => {
  load('orders', join(tutorial, 'orders.json'));
  const order = (placed, street, confirmed) => {
    const path = join(site, `orders-${files += 1}.json`);
    writeFileSync(path, JSON.stringify({ orders: [{ number: `N${files}`, account: `B${files}`, placed, total: '1.00',
      name: 'Ann Lee', email: 'ann@lee.example', address: { street, city: 'Fremantle', state: 'WA', postcode: '6160', confirmed } }] }));
    load('orders', path);
  };
  const primary = () => instance.sql(`select a.street from axle.customer_address a
    join axle.customer_email e using (customer_id) where e.value = 'ann@lee.example' and a.is_primary`);
  assert.deepEqual(primary(), [['3 King Rd']]);
  order('2025-01-01T00:00:00Z', '9 Other St', false);
  assert.deepEqual(primary(), [['3 King Rd']]);
  order('2025-02-01T00:00:00Z', '7 New St', true);
  assert.deepEqual(primary(), [['7 New St']]);
});

test('of two people on one device each has what came before he said so', () => {
  lines('visits', view('01/Jun/2024:08:00:00', '/a', 'v-50'), view('01/Jun/2024:10:00:00', '/b', 'v-50'),
    view('01/Jun/2024:12:00:00', '/c', 'v-50'));
  lines('forms', form('F51', '2024-06-01T11:00:00Z', 'v-50', 'Cy Dunn'));
  assert.deepEqual(whose('v-50').map((row) => row[1]), ['Cy Dunn', 'Cy Dunn', 'Cy Dunn']);
  lines('forms', form('F50', '2024-06-01T09:00:00Z', 'v-50', 'Di Ford'));
  assert.deepEqual(whose('v-50').map((row) => row[1]), ['Di Ford', 'Cy Dunn', 'Cy Dunn']);
});

test('visits follow the records of the customers they are of', () => {
  lines('visits', view('02/Jun/2024:08:00:00', '/x', 'v-60'), view('02/Jun/2024:08:00:00', '/y', 'v-61'));
  lines('forms', form('F60', '2024-06-02T09:00:00Z', 'v-60', 'Eve Hart'),
    { ...form('F61', '2024-06-02T09:00:00Z', 'v-61', 'Eve Hart'), email: 'eve@f60.example' });
  const ids = () => [...whose('v-60'), ...whose('v-61')].map((row) => row[1]);
  const customers = () => Number(instance.sql(`select count(distinct customer_id) from axle.interaction
    where visitor in ('v-60', 'v-61')`)[0][0]);
  assert.deepEqual(ids(), ['Eve Hart', 'Eve Hart']);
  assert.equal(customers(), 1);
  // The other one turns out to be somebody else: the record leaves, and takes its visits along.
  lines('forms', form('F61', '2024-06-02T09:00:00Z', 'v-61', 'Finn Ives'));
  assert.deepEqual(ids(), ['Eve Hart', 'Finn Ives']);
  assert.equal(customers(), 2);
});

test('hostile lines cost themselves', () => {
  lines('visits', '\\x16\\x03\\x01', `${view('03/Jun/2024:08:00:00', `/?${'a&'.repeat(3000)}`, 'v-70')}`,
    view('03/Jun/2024:08:00:01', '/%00%ff?utm_campaign=%zz', 'v-70'));
  assert.deepEqual(instance.sql("select stage, code from axle.reject where source = 'visits' order by line"),
    [['decode', 'log'], ['decode', 'fields']]);
  assert.deepEqual(instance.sql("select page, campaign from axle.interaction where visitor = 'v-70'"),
    [['https://shop.example.com/%00%ff', '']]);
  assert.equal(instance.axle('verify').status, 0, instance.axle('verify').stdout);
});
