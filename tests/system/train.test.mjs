// A hub trains its matching model on what is stored: versions have numbers, one is active, running workers follow it,
// a restart keeps it, and going back gives the state from before.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Instance } from './axle.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
mkdirSync(join(site, 'mappings'));
const axle = new Instance({ AXLE_SITE: site });

writeFileSync(join(site, 'mappings/shop.xml'),
  `<source xmlns="urn:axle:source:1" name="shop" connector="web" trust="60" region="AU">
  <description>Accounts of the web shop</description>
  <from><directory pattern="*.csv"/></from>
  <format><csv delimiter="," encoding="UTF-8" header="yes"/></format>
  <record class="customer" key="id">
    <value of="customer.name.given"  from="given"/>
    <value of="customer.name.family" from="family"/>
    <value of="customer.birth_date"  from="born"/>
    <value of="customer.email"       from="email"/>
    <value of="customer.phone"       from="phone"/>
  </record>
</source>
`);

// People of few surnames, two records each; the second lacks a value or has a slip.
const givens = ['anna', 'bela', 'carlo', 'dora', 'emil', 'frida', 'gerd', 'hanna', 'ivo', 'jana', 'karl', 'lena'];
const families = ['zvonimir', 'quastel', 'brandt', 'oduya', 'petrescu', 'lindqvist'];
const people = (from, to) => {
  const rows = ['id,given,family,born,email,phone'];
  for (let i = from; i < to; i++) {
    const given = givens[i % 12], family = families[(i * 7 + (i >> 3)) % 6];
    const born = `${1950 + (i * 13) % 50}-${String(1 + (i * 5) % 12).padStart(2, '0')}-${String(1 + (i * 11) % 28).padStart(2, '0')}`;
    const phone = `+6141${String(1000000 + i * 7919).slice(-7)}`;
    rows.push(`a${i},${given},${family},${born},p${i}@example.org,${phone}`);
    rows.push(`b${i},${i % 5 ? given : given.slice(0, -1)},${family},${i % 3 ? born : ''},${i % 2 ? `p${i}@example.org` : ''},${phone}`);
  }
  return `${rows.join('\n')}\n`;
};
const file = join(site, 'people.csv');
const load = (text) => {
  writeFileSync(file, text);
  assert.equal(axle.axle('load', file, '--source', 'shop').status, 0);
  assert.equal(axle.axle('wait', '--timeout', '60').status, 0);
};
const json = (...words) => {
  const done = axle.axle(...words, '--json');
  assert.equal(done.status, 0, done.stderr);
  return JSON.parse(done.stdout);
};
const active = () => axle.sql(`select m.model_id, m.origin from hub.instance i join hub.model m on m.hash = i.model_hash`)[0];
const state = () => axle.axle('verify', '--hash').stdout.trim();
const sound = () => {
  const done = axle.axle('verify');
  assert.equal(done.status, 0, done.stdout + done.stderr);
};
const workers = () => axle.processes('axle-worker');

before(() => {
  axle.up();
  load(people(0, 300));
});
after(() => {
  axle.remove();
  rmSync(site, { recursive: true, force: true });
});

test('the model that is shipped is version 1, and active', () => {
  assert.deepEqual(active().map(String), ['1', 'shipped']);
});

test('training makes a version and leaves the hub as it is; the same again is the same version', () => {
  const done = axle.axle('train');
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /^model version 2$/m);
  assert.match(done.stdout, /what changed most/);
  assert.deepEqual(active().map(String), ['1', 'shipped']);
  const again = json('train');
  assert.equal(again.model, 2);
  assert.equal(again.active, false);
  assert.equal(again.records, 600);
  assert.ok(again.match > 0.5 && again.match < 1);
});

test('a page tells of it, and holds nobody\'s data', () => {
  const page = join(site, 'report.html');
  const done = axle.axle('train', '--report', '--to', page);
  assert.equal(done.status, 0, done.stderr);
  const html = readFileSync(page, 'utf8');
  assert.match(html, /<svg/);
  assert.doesNotMatch(html, /<script|https?:|src=/);
  for (const word of ['zvonimir', 'quastel', 'example.org', '61411'])
    assert.ok(!html.includes(word), word);
});

test('it can be rehearsed; applied, everything is resolved by it, while the workers stay', async () => {
  const before = state(), pids = workers();
  const plan = json('rehearse', '2');
  assert.equal(plan.records, 600);
  assert.equal(state(), before);
  const done = json('train', '--apply');
  assert.equal(done.active, true);
  assert.deepEqual(active().map(String), ['2', 'trained']);
  assert.equal(axle.axle('wait', '--timeout', '60').status, 0);
  assert.equal(Number(axle.sql('select count(*) from axle.customer')[0][0]), plan.customers_then);
  load(people(300, 330)); // by workers that have followed
  sound();
  assert.deepEqual(workers(), pids);
});

test('a restart keeps it, and says so when the files change', async () => {
  axle.down();
  writeFileSync(join(site, 'matching.xml'),
    '<matching xmlns="urn:axle:matching:1"><threshold match="0.97" review="0.9"/></matching>\n');
  const done = axle.axle('up');
  assert.equal(done.status, 0, done.stderr);
  assert.deepEqual(active().map(String), ['2', 'trained']);
  assert.match(axle.axle('init').stdout, /schema/);
  sound();
});

test('another version can be changed over to, and back', () => {
  const trained = state();
  assert.equal(axle.axle('apply', '1').status, 0);
  assert.deepEqual(active().map(String), ['1', 'shipped']);
  assert.equal(axle.axle('wait', '--timeout', '60').status, 0);
  sound();
  assert.equal(axle.axle('apply', '2').status, 0);
  assert.equal(axle.axle('wait', '--timeout', '60').status, 0);
  assert.equal(state(), trained);
  const wrong = axle.axle('apply', '99');
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /there is no model version 99/);
});

test('a curve shows what other thresholds would come to', () => {
  const truth = ['id,entity'];
  for (let i = 0; i < 330; i++) truth.push(`a${i},${i}`, `b${i},${i}`);
  writeFileSync(join(site, 'truth.csv'), `${truth.join('\n')}\n`);
  const plain = json('evaluate', '--truth', join(site, 'truth.csv'));
  const { curve, ...now } = json('evaluate', '--truth', join(site, 'truth.csv'), '--curve');
  assert.deepEqual(now, plain);
  assert.ok(curve.length >= 10);
  assert.equal(curve.filter((point) => point.active).length, 1);
  assert.equal(curve.find((point) => point.active).pair_f1, plain.pair_f1);
  for (let i = 1; i < curve.length; i++) assert.ok(curve[i].weight >= curve[i - 1].weight);
  assert.match(axle.must('evaluate', '--truth', join(site, 'truth.csv'), '--curve'), /active/);
});
