// A value that 5,000 records come to share turns generic, and turns back: one by one as at once, all are resolved anew.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Instance } from './axle.mjs';
import { assertSame, hubOn, stateOf } from './history.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
mkdirSync(join(site, 'mappings'));
writeFileSync(join(site, 'mappings/shop.xml'), `<source xmlns="urn:axle:source:1" name="shop" connector="web" trust="60" region="US">
  <from><directory pattern="*.csv"/></from>
  <format><csv/></format>
  <record class="customer" key="id">
    <value of="customer.name.given" from="given"/><value of="customer.name.family" from="family"/>
    <value of="customer.email" from="email"/><value of="customer.phone" from="phone"/>
  </record>
</source>
`);

const oneByOne = { AXLE_SITE: site, AXLE_WORKERS: '2', AXLE_BULK_LEAST: '1000000000' };
const hub = new Instance(oneByOne);
before(() => { hub.up(); });
after(() => {
  hub.remove();
  rmSync(site, { recursive: true, force: true });
});

const letter = (i) => String.fromCharCode(97 + i % 26);
// Every fiftieth has no name: nothing else parts who has the same telephone.
const nameless = 100;
const people = Array.from({ length: 5000 }, (_, i) => i % 50 === 0 ? [`P${i}`, '', '', `turn.${i}@${i % 977}.example.org`] : [`P${i}`, `Gi${letter(i)}ven${letter(i * 7)}`, `${letter(i * 5)}Fam${letter(i / 26)}il${letter(i / 676)}y`,
  `turn.${i}@${i % 977}.example.org`]);
let files = 0;

// All of them, with the telephone that `phone` gives each.
function load(axle, phone) {
  const path = join(site, `shop-${++files}.csv`);
  writeFileSync(path, `id,given,family,email,phone\n${people.map((one, i) => [...one, phone(i)].join(',')).join('\n')}\n`);
  axle.must('load', path, '--source', 'shop');
  axle.must('wait', '--timeout', '300');
}

const partial = (axle) => axle.sql(`select source_key, skipped from hub.partial join hub.record using (record_id) order by 1`);
const generic = (axle) => axle.sql('select key, refine from hub.generic_key order by 1, 2');

// The same at once, on the same server.
function atOnce(name, ...phones) {
  const { axle, remove } = hubOn(hub, name, { AXLE_SITE: site, AXLE_WORKERS: '1', AXLE_BULK_LEAST: '1' });
  for (const phone of phones) load(axle, phone);
  const came = { state: stateOf(axle), partial: partial(axle), generic: generic(axle) };
  remove();
  return came;
}

function same(name, ...phones) {
  const expected = atOnce(name, ...phones);
  assertSame(expected.state, stateOf(hub), name);
  assert.deepEqual(partial(hub), expected.partial);
  assert.deepEqual(generic(hub), expected.generic);
}

const none = () => '';
const shared = () => '+1 212 736 4127';

test('a telephone of 5,000 turns generic: all are resolved anew, and each says what was left out', (t) => {
  load(hub, none);
  const from = Date.now();
  load(hub, shared);
  t.diagnostic(`taken in, and turned, in ${((Date.now() - from) / 1000).toFixed(1)} s`);
  assert.ok(hub.status().generic_keys >= 1);
  assert.deepEqual(hub.sql(`select count(*) from hub.partial where 'phone' = any (skipped)`), [[`${nameless}`]]);
  same('turned', none, shared);
});

test('when few have it any more it tells them apart again, and nothing is left out', () => {
  const few = (i) => (i < 5 ? shared(i) : `+1 212 ${String(2000000 + i * 613).replace(/^(...)/, '$1 ')}`);
  load(hub, few);
  assert.deepEqual(hub.sql(`select count(*) from hub.partial where 'phone' = any (skipped)`), [['0']]);
  same('back', none, shared, few);
});
