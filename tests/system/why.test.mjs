// Why, why not, how and search: what is said, that the figures add up, and that --redact gives nothing away.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Instance } from './axle.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
mkdirSync(join(site, 'mappings'));
const columns = ['id', 'given', 'family', 'suffix', 'dob', 'email', 'phone', 'street', 'city', 'postcode', 'card'];
for (const name of ['shop', 'desk'])
  writeFileSync(join(site, 'mappings', `${name}.xml`), `<source xmlns="urn:axle:source:1" name="${name}" connector="web" trust="60" region="AU">
  <description>People</description>
  <from><directory pattern="*.csv"/></from>
  <format><csv/></format>
  <record class="customer" key="id">
    <value of="customer.name.given" from="given"/><value of="customer.name.family" from="family"/>
    <value of="customer.name.suffix" from="suffix"/><value of="customer.birth_date" from="dob" date="YYYY-MM-DD"/>
    <value of="customer.email" from="email"/><value of="customer.phone" from="phone"/>
    <value of="customer.address.street" from="street"/><value of="customer.address.city" from="city"/>
    <value of="customer.address.postcode" from="postcode"/>
    <value of="customer.identifier" scheme="loyalty" from="card"/>
  </record>
</source>
`);

// Two of one person, whose keys tell who it is; a third by way of one of them; father and son; a spouse.
const home = { street: '18 Kestrel Rise', city: 'Launceston', postcode: '7250' };
const people = [
  { id: 'ottoline@harrowgate.example', given: 'Ottoline', family: 'Harrowgate', dob: '1978-11-12', email: 'ottoline@harrowgate.example', phone: '0412 345 987', card: 'LX77123', ...home },
  { id: 'OH2', given: 'Otoline', family: 'Harrowgate', dob: '1978-11-12', email: 'ottoline@harrowgate.example' },
  { id: 'OH3', given: 'Ottoline', family: 'Brackenbury', dob: '1978-11-12', phone: '0412 345 987', card: 'LX77123' },
  { id: 'TH1', given: 'Tiberius', family: 'Harrowgate', dob: '1975-02-03', email: 'tiberius@harrowgate.example', ...home },
  { id: 'GS', given: 'Ambrose', family: 'Fennimore', suffix: 'Sr', email: 'ambrose@fennimore.example', phone: '0498 111 276' },
  { id: 'GJ', given: 'Ambrose', family: 'Fennimore', suffix: 'Jr', email: 'ambrose@fennimore.example', phone: '0498 111 276' },
  { id: 'GN', given: 'Ambrose', family: 'Fennimore', email: 'ambrose@fennimore.example', phone: '0498 111 276' },
];
const [first] = people.map(({ id }) => `shop/${id}`);

const axle = new Instance({ AXLE_SITE: site });
before(() => {
  axle.up();
  const path = join(site, 'shop.csv');
  writeFileSync(path, `${[columns.join(','), ...people.map((one) => columns.map((name) => one[name] ?? '').join(','))].join('\n')}\n`);
  axle.must('load', path, '--source', 'shop');
  axle.must('wait', '--timeout', '60');
});
after(() => {
  axle.remove();
  rmSync(site, { recursive: true, force: true });
});

const json = (...words) => JSON.parse(axle.must(...words, '--json'));
const close = (one, other, what) => assert.ok(Math.abs(one - other) < 0.0025, `${what}: ${one} is ${other}`);

test('why adds up, and says how rare a name is', () => {
  const why = json('why', first, 'shop/OH2');
  close(why.reasons.reduce((all, { weight, frequency }) => all + weight + frequency, 0), why.weight, 'weight');
  close(why.weight + why.prior, why.total, 'total');
  const odds = 2 ** why.total;
  close(odds / (1 + odds), why.probability, 'probability');
  assert.equal(why.outcome, 'match');
  assert.equal(why.likelihood, 'same');
  assert.equal(why.confirmations, why.reasons.filter(({ element, weight, frequency }) => element !== 'household' && weight + frequency > 0).length);
  const family = why.reasons.find(({ element }) => element === 'family');
  assert.equal(family.agreement, 'same');
  assert.ok(family.one_in >= 1000, `one in ${family.one_in}`);
  assert.match(family.words, /^same rare surname \(about 1 in [0-9,]+ people\)$/);
  assert.equal(why.reasons.find(({ element }) => element === 'given').agreement, 'similar');
  assert.deepEqual(why.skipped_keys, []);
  assert.ok(why.keys.every(({ held_by: count }) => count >= 2), JSON.stringify(why.keys));
  assert.match(why.model, /^[0-9a-f]{64}$/);
  assert.ok(why.model_number >= 1);
  const text = axle.must('why', first, 'shop/OH2');
  assert.match(text, /^outcome: match \(same\)$/m);
  assert.match(text, /^completeness: full$/m);
  assert.match(text, /^keys that bring them together: email \(held by 2 records\)/m);
});

test('why tells spouses apart, and what held them', () => {
  const why = json('why', first, 'shop/TH1');
  assert.equal(why.same_customer, false);
  assert.notEqual(why.outcome, 'match');
  assert.match(why.words, /same address.*; but .*given name/);
});

test('why not: what keeps a match apart', () => {
  const both = ['GS', 'GJ'].map((key) => json('why', `shop/${key}`, 'shop/GN'));
  assert.deepEqual(both.map(({ outcome }) => outcome), ['match', 'match']);
  const apart = both.find(({ same_customer: same }) => !same);
  assert.equal(apart.kept_apart.by, 'veto');
  assert.equal(apart.kept_apart.words, 'different generation suffix');
  const [review] = axle.sql(`select kind, reason from axle.review_task where state = 'open'`);
  assert.ok(['ambiguous', 'possible_match'].includes(review[0]), review.join(': '));
});

test('how: joins in their order, each with its why, and what was refused', () => {
  const how = json('how', first);
  assert.equal(how.records, 3);
  assert.equal(how.joins.length, 2);
  assert.ok(how.joins[0].weight >= how.joins[1].weight);
  assert.deepEqual(how.joins.map(({ left_records: left, right_records: right }) => left + right), [2, 3]);
  assert.ok(how.joins.every(({ words }) => /same/.test(words)));
  assert.equal(how.pairs, 3);
  close(how.density, how.matches / how.pairs, 'density');
  close(how.weakest, how.joins[1].weight, 'weakest');
  assert.equal(how.bridges, how.matches === 2 ? 2 : 0);
  assert.deepEqual([how.oversize, how.loose, how.pending, how.more], [false, false, false, false]);
  // By the customer's id the same is said.
  assert.deepEqual(json('how', how.customer_id), how);
  const apart = json('how', 'shop/GS');
  const refused = [...apart.refused, ...json('how', 'shop/GJ').refused];
  assert.ok(refused.length >= 1);
  assert.equal(refused[0].words, 'different generation suffix');
  assert.deepEqual([refused[0].veto_left.key, refused[0].veto_right.key].sort(), ['GJ', 'GS']);
  assert.match(axle.must('how', first), /^joined, the surest first:$/m);
  assert.deepEqual(json('how', 'shop/TH1').joins, []);
});

test('search: who given values are, and why somebody is or is not found', () => {
  const found = json('why', '--search', 'name=Ottoline Harrowgate', 'email=OTTOLINE@harrowgate.example', 'phone=0412345987');
  assert.equal(found.matches[0].outcome, 'match');
  assert.equal(found.matches[0].record.key, people[0].id);
  assert.equal(found.completeness, 'full');
  assert.equal(found.values.find(({ element }) => element === 'phone').standard, '+61412345987');
  const asked = json('why', '--search', 'name=Ottoline Harrowgate', 'birth_date=1978-11-12', 'shop/TH1');
  assert.notEqual(asked.asked.place, 1);
  assert.equal(asked.asked.right.key, 'TH1');
  assert.notEqual(asked.asked.outcome, 'match');
  assert.ok(asked.asked.reasons.length >= 2);
  const nobody = json('why', '--search', 'name=Zebedee Quartermain', 'shop/TH1');
  assert.deepEqual(nobody.matches, []);
  assert.equal(nobody.asked.place, 0);
  const card = json('why', '--search', 'identifier:loyalty=LX77123', 'shop/OH3');
  assert.equal(card.asked.place, 1);
  assert.match(axle.must('why', '--search', 'name=Zebedee Quartermain', 'shop/TH1'), /^It is not found: /m);
  // Nothing is stored.
  assert.deepEqual(axle.sql('select count(*) from hub.record'), [[`${people.length}`]]);
});

test('search tells what is wrong with a question', () => {
  for (const [words, hint] of [
    [['phne=0412'], /no element 'phne'; did you mean 'phone'\?/],
    [['shop/TH1'], /nothing to search for/],
    [['name=A', 'shop/TH1', 'shop/GS'], /'shop\/GS' is no ELEMENT=VALUE/],
    [['name=A', '--source', 'moon'], /no source 'moon'/],
  ]) {
    const { status, stdout, stderr } = axle.axle('why', '--search', ...words);
    assert.equal(status, 2, stderr);
    assert.match(stderr, hint);
    assert.equal(stdout, '');
  }
});

test('with --redact nothing that a record states is said', () => {
  const canaries = people.flatMap((one) => Object.entries(one)).filter(([, value]) => value.length > 2)
    .flatMap(([name, value]) => (name === 'dob' ? [value, value.replaceAll('-', '')] : [value, ...value.split(/[^a-z0-9]+/i)]))
    .filter((value) => value.length > 3).map((value) => value.toLowerCase());
  const calls = [
    ['why', first, 'shop/OH2'], ['why', first, 'shop/OH3'], ['why', first, 'shop/TH1'], ['why', 'shop/GS', 'shop/GN'], ['why', 'shop/GJ', 'shop/GN'],
    ['how', first], ['how', 'shop/GS'], ['how', 'shop/GJ'],
    ['why', '--search', 'name=Ottoline Harrowgate', 'email=ottoline@harrowgate.example', 'phone=0412345987', 'birth_date=1978-11-12', first],
  ];
  for (const call of calls)
    for (const form of [['--redact'], ['--redact', '--json']]) {
      const { status, stdout, stderr } = axle.axle(...call, ...form);
      assert.equal(status, 0, stderr);
      const said = `${stdout}\n${stderr}`.toLowerCase();
      for (const canary of canaries)
        assert.ok(!said.includes(canary), `${call.join(' ')} ${form.join(' ')} says '${canary}':\n${said}`);
      assert.match(said, /agreement|weight|bits/);
    }
  // Unredacted they are there: the canaries sing.
  assert.match(axle.must('why', first, 'shop/OH2').toLowerCase(), /harrowgate/);
});
