// Messages, from a file to what is published: who wrote, with signature, card and form; what came back, and
// what is heard from again; who wants no more; what cannot be read.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Instance, root, until } from './axle.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
const instance = new Instance({ AXLE_SITE: site });
const tutorial = join(root, 'mappings/tutorial');

const message = (lines, body = 'x') => `From x@y 10:00\n${lines.join('\n')}\n\n${body}\n\n`;

function deliver(name, text) {
  writeFileSync(join(instance.home, name), text);
  instance.must('load', '--source', 'mailbox', join(instance.home, name));
  instance.must('wait');
}

before(() => {
  mkdirSync(join(site, 'mappings'));
  copyFileSync(join(tutorial, 'mailbox.xml'), join(site, 'mappings', 'mailbox.xml'));
  writeFileSync(join(site, 'mappings', 'shop.xml'), `<source xmlns="urn:axle:source:1" name="shop" connector="web" trust="20">
  <from><directory pattern="*.csv"/></from><format><csv/></format>
  <record class="customer" key="id">
    <effective from="at"/>
    <value of="customer.name.full" from="name" verified="yes"/>
    <value of="customer.email" from="email"/>
    <value of="customer.phone" from="phone"/>
    <value of="customer.address.street" from="street" verified="yes"/>
    <value of="customer.address.city" from="city" verified="yes"/>
    <value of="customer.address.region" const="VIC" verified="yes"/>
    <value of="customer.address.postcode" from="postcode" verified="yes"/>
  </record></source>`);
  assert.equal(instance.axle('check').status, 0, instance.axle('check').stderr);
  instance.up();
});
after(() => {
  instance.down();
  rmSync(site, { recursive: true, force: true });
  rmSync(instance.home, { recursive: true, force: true });
});

test('messages become customers, interactions and statements', async () => {
  copyFileSync(join(tutorial, 'mailbox.mbox'), join(instance.home, 'in', 'mailbox', 'mailbox.mbox'));
  await until('four messages', () => {
    const [row] = instance.sql("select received - pending from axle.conservation where source = 'mailbox'");
    return row && Number(row[0]) === 4;
  }, 20);
  instance.must('wait');
  assert.deepEqual(instance.sql('select source, stage, code, message from axle.reject'), []);
  assert.deepEqual(instance.sql('select source_key, part, display_name from axle.xref join axle.customer using (customer_id) order by 1, 2'), [
    ['m1@lee.example', '', 'Ann Lee'], ['m1@lee.example', 'card-1', 'Karl Brandt'],
    ['m2@axle.example', 'form', 'Bob Ray'], ['m4@lee.example', 'leaver', 'Ann Lee']]);
  assert.deepEqual(instance.sql("select employer, occupation from axle.customer where display_name = 'Ann Lee'"),
    [['Lee & Sons Pty Ltd', 'Head of Maintenance']]);
  assert.deepEqual(instance.sql(`select number, time is not null, email, subject from axle.interaction
    where number is not null order by number`), [
    ['M1LEEEXAMPLE', 't', 'ann@lee.example', 'A new pump?'],
    ['M2AXLEEXAMPLE', 't', 'form@axle.example', 'New enquiry'],
    ['M4LEEEXAMPLE', 't', 'ann@lee.example', 'unsubscribe']]);
  assert.deepEqual(instance.sql(`select display_name, channel, contact_point, state from axle.consent
    join axle.customer using (customer_id)`), [['Ann Lee', 'email', 'ann@lee.example', 'withdrawn']]);
});

const undeliverable = () => instance.sql(`select value, to_char(undeliverable_since at time zone 'UTC', 'YYYY-MM-DD HH24:MI')
  from axle.customer_email where undeliverable_since is not null`);

test('an address is undeliverable since a message came back, until one comes from it', () => {
  assert.deepEqual(undeliverable(), [['bob@ray.example', '2024-05-07 10:00']]);
  const from = (id, date) => message(['From: Bob Ray <Bob@Ray.example>', `Message-ID: <${id}@ray.example>`, `Date: ${date}`]);
  deliver('earlier.mbox', from('b1', 'Mon, 6 May 2024 10:00:00 +0000'));
  assert.deepEqual(undeliverable(), [['bob@ray.example', '2024-05-07 10:00']]);
  deliver('later.mbox', from('b2', 'Thu, 9 May 2024 10:00:00 +0000'));
  assert.deepEqual(undeliverable(), []);
});

test('a message never overwrites what is verified', () => {
  writeFileSync(join(instance.home, 's.csv'), 'id,at,name,email,phone,street,city,postcode\n1,2001-01-01,Anna Leigh,anna@leigh.example,0355507777,1 Low Rd,Melbourne,3000\n');
  instance.must('load', '--source', 'shop', join(instance.home, 's.csv'));
  deliver('anna.mbox', message(['From: Anna Leigh-Smith <anna@leigh.example>', 'Message-ID: <a1@leigh.example>',
    'Date: Thu, 9 May 2024 10:00:00 +0000'], 'Hello\n\n-- \nAnna Leigh-Smith\n12 High St, Richmond VIC 3121\nTel: 03 5550 7777'));
  const [[id]] = instance.sql("select customer_id from axle.xref where source = 'shop'");
  assert.deepEqual(instance.sql(`select count(*) from axle.xref where customer_id = '${id}'`), [['2']]);
  assert.deepEqual(instance.sql(`select name_given, name_family from axle.customer where customer_id = '${id}'`), [['Anna', 'Leigh']]);
  assert.deepEqual(instance.sql(`select postcode from axle.customer_address where customer_id = '${id}' and is_primary`), [['3000']]);
});

test('what cannot be read costs itself, and neighbours go on', () => {
  const parts = '--b\n\nx\n'.repeat(2000);
  deliver('hostile.mbox', message(['From: c1@c.example', 'Message-ID: <c1>'])
    + message(['From: c2@c.example', 'Message-ID: <c2>', 'Content-Type: multipart/mixed; boundary=b'], parts)
    + message([`To: ${'g:'.repeat(500000)}`, 'Message-ID: <c3>'])
    + message(['From: c4@c.example', 'Message-ID: <c4>']));
  assert.deepEqual(instance.sql('select stage, code from axle.reject order by line'), [['decode', 'mime'], ['decode', 'costs']]);
  assert.deepEqual(instance.sql("select source_key from axle.xref where source_key like 'c_' order by 1"), [['c1'], ['c4']]);
  assert.deepEqual(instance.sql('select source from axle.conservation where balance <> 0'), []);
  assert.equal(instance.axle('verify').status, 0);
});
