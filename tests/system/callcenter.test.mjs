// The call centre's example mappings: calls by file and by signed webhook, and what the caller's number is worth.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Instance, root } from './axle.mjs';

const SECRET = 'a secret for a test';
const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
mkdirSync(join(site, 'mappings'));
for (const name of ['calls', 'cases', 'nightly'])
  copyFileSync(join(root, 'connectors/callcenter/examples', `${name}.xml`), join(site, `mappings/${name}.xml`));
writeFileSync(join(site, 'mappings/accounts.xml'),
  `<source xmlns="urn:axle:source:1" name="accounts" connector="web" trust="60" region="AU">
  <description>Accounts</description>
  <from><directory pattern="*.csv"/></from>
  <format><csv/></format>
  <record class="customer" key="no">
    <value of="customer.name.full" from="name"/>
    <value of="customer.phone" from="phone"/>
    <value of="customer.birth_date" from="born"/>
    <value of="customer.identifier" from="no" scheme="customer"/>
    <value of="customer.address.line" from="address"/>
  </record>
</source>
`);
writeFileSync(join(site, 'calls.secret'), `${SECRET}\n`, { mode: 0o600 });
const axle = new Instance({ AXLE_SITE: site });
let url;

before(() => {
  assert.equal(axle.axle('check').status, 0, axle.axle('check').stderr);
  axle.up();
  url = axle.env().AXLE_URL;
  drop('accounts', 'accounts.csv', 'no,name,phone,born,address\n' +
    'K-77,Ann Ashcombe,0412 345 678,1978-11-12,"3 Hay Street, Perth WA 6000"\n' +
    'K-78,Peter Zellweger,0412 999 111,1961-02-03,\n');
  axle.must('wait', '--timeout', '30');
});
after(() => {
  axle.remove();
  rmSync(site, { recursive: true, force: true });
});

function drop(source, name, text) {
  writeFileSync(join(axle.home, name), text);
  renameSync(join(axle.home, name), join(axle.home, 'in', source, name));
}
const customer = (source, key) => axle.sql(`select customer_id from axle.xref
  where source = '${source}' and source_key = '${key}' and part = ''`)[0]?.[0];
const call = (id, from, more = {}) => ({
  event_id: `e-${id}`,
  call: { id, from, direction: 'in', started: '2026-11-02T09:15:00+11:00', ended: '2026-11-02T09:20:00+11:00',
    seconds: 240, waited: 35, abandoned: 'no', queue: 'service' },
  agent: 'A12', reason: 'moved', outcome: 'done', complaint: 'yes', satisfaction: 8, ...more,
});
async function push(body, id = body.event_id) {
  const text = JSON.stringify(body);
  const at = `${Math.floor(Date.now() / 1000)}`;
  const signature = createHmac('sha256', SECRET).update(`${id}.${at}.${text}`).digest('base64');
  const answer = await fetch(`${url}/v1/push/calls`, { method: 'POST', body: text, headers: {
    'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` } });
  assert.equal(answer.status, 202, await answer.text());
}

test('a call with what was said, and an address reported in it', async () => {
  await push(call('c1', '0412 345 678', { caller: { name: 'Ann Ashcombe', customer_number: 'K-77' },
    reported: { new_address: '12 Mill Road, Hobart TAS 7000' } }));
  await push(call('c1', '0412 345 678'), 'again'); // known by its own id, though it says less
  axle.must('wait', '--timeout', '30');
  const ann = customer('accounts', 'K-77');
  assert.equal(customer('calls', 'c1'), ann);
  assert.deepEqual(axle.sql(`select channel, direction, caller, duration, first_answer, abandoned, reason, outcome,
    complaint, address_change, score, agent from axle.interaction where customer_id = '${ann}'`)[0],
  ['phone', 'inbound', '+61412345678', '240', '35', 'f', 'change', 'resolved', 't', 't', '8', 'A12']);
  const cities = axle.sql(`select city from axle.customer_address where customer_id = '${ann}' order by is_primary desc`).flat();
  assert.ok(cities.includes('Hobart'), cities.join());
});

test("the caller's number joins nobody, and is not published as his", async () => {
  // Two people from one telephone, which is a third one's.
  await push(call('c2', '0412 999 111', { caller: { name: 'Rosa Quill' } }));
  await push(call('c3', '0412 999 111', { caller: { name: 'Tomas Vega' } }));
  await push(call('c4', '0412 999 111'));
  await push(call('c5', '0412 999 111'));
  drop('nightly', 'calls-1.csv', 'call_id,caller_name,caller_number,customer_number,new_address,started,seconds,abandoned,agent,' +
    'reason,outcome,complaint,satisfaction\nn1,Mia Lund,0412 999 111,,,2026-11-02T10:00:00Z,12,yes,,,,,\n');
  axle.must('wait', '--timeout', '30');
  const all = [customer('accounts', 'K-78'), ...['c2', 'c3', 'c4', 'c5'].map((id) => customer('calls', id)).filter(Boolean),
    customer('nightly', 'n1')];
  assert.equal(new Set(all).size, all.length, all.join());
  assert.deepEqual(axle.sql(`select distinct x.source from axle.customer_phone p join axle.xref x using (customer_id)
    where p.value = '+61412999111'`).flat(), ['accounts']);
  assert.deepEqual(axle.sql(`select abandoned, caller from axle.interaction where source = 'nightly'`)[0], ['t', '+61412999111']);
});

test('a number that the caller gives himself is his', async () => {
  await push(call('c6', '0412 555 000', { caller: { name: 'Rosa Quill', born: '1990-05-06', callback: '0412 555 000' } }));
  axle.must('wait', '--timeout', '30');
  assert.deepEqual(axle.sql(`select value from axle.customer_phone where customer_id = '${customer('calls', 'c6')}'`).flat(),
    ['+61412555000']);
});
