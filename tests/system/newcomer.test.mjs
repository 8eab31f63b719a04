// The way of mappings/README.md, by somebody who sees Axle for the first time: an odd CSV file and an XML file, from
// suggest to live and unified, without a restart.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Instance, root, until } from './axle.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-newcomer-'));
const files = join(root, 'mappings/tutorial');
const programs = ['axled', 'axle-worker', 'axle-api', 'axle-web'];
const axle = new Instance({ AXLE_SITE: site });
const mapping = (name, folder = 'mappings') => join(site, folder, `${name}.xml`);
const running = () => programs.map((program) => axle.processes(program).sort());
let pids;

// Edit a file as a person would: each edit is a place that must be there, and what is to stand there.
function edit(path, ...edits) {
  const text = edits.reduce((before, [place, instead]) => {
    assert.match(before, place);
    return before.replace(place, instead);
  }, readFileSync(path, 'utf8'));
  writeFileSync(path, text);
}

async function drop(name, file) {
  const folder = join(axle.home, 'in', name);
  await until('the drop folder', () => existsSync(join(folder, 'done')));
  copyFileSync(join(files, file), join(folder, file));
  await until('taking it', () => existsSync(join(folder, 'done', file)), 20);
  axle.must('wait', '--timeout', '30');
}

const customers = (source) => axle.sql(`select source_key, part, display_name, record_count
  from axle.xref join axle.customer using (customer_id) where source = '${source}' order by 1, 2`);

before(() => {
  mkdirSync(join(site, 'mappings'));
  // What happens to who copies a file to where the drop folder is not yet.
  mkdirSync(join(axle.home, 'in'));
  writeFileSync(join(axle.home, 'in/clients'), 'too early');
  axle.up();
  pids = running();
});
after(() => {
  axle.remove();
  rmSync(site, { recursive: true, force: true });
});

test('what it is: an odd CSV file', () => {
  const table = axle.must('profile', join(files, 'clients.csv'), '--region', 'DE');
  assert.match(table, /10 records, 12 columns; CSV, delimiter ;, a header, windows-1252/);
  assert.match(table, /^Geburtsdatum .* date D\/M\/YYYY, unique/m);
});

test('suggest, edit, and every mistake is named', () => {
  const draft = axle.must('suggest', join(files, 'clients.csv'), '--name', 'clients', '--region', 'DE');
  writeFileSync(mapping('clients'), draft);
  edit(mapping('clients'),
    [/ *<value of="customer\.income" from="Umsatz".*\n/, ''],
    [/ *<record /, '  <ignore field="Umsatz"/>\n  <ignore field="Gruppe"/>\n  <ignore field="Angelegt am"/>\n  <ignore field="intern"/>\n$&']);
  const good = readFileSync(mapping('clients'), 'utf8');
  for (const [place, instead, said] of [
    [/from="Name"/, 'form="Name"', /:\d+:\d+: <value> has no attribute 'form'; did you mean 'from'\?/],
    [/customer\.email/, 'customer.emial', /:\d+:\d+: the dictionary has no element 'customer\.emial'; did you mean 'customer\.email'\?/],
    [/D\/M\/YYYY/, 'T/M/JJJJ', /:\d+:\d+: the date form 'T\/M\/JJJJ' cannot be read/]]) {
    edit(mapping('clients'), [place, instead]);
    const done = axle.axle('check', mapping('clients'));
    assert.equal(done.status, 1);
    assert.match(done.stdout, said);
    writeFileSync(mapping('clients'), good);
  }
  assert.equal(axle.must('check', mapping('clients')), '');
});

test('a trace shows each step, and which column the file lacks', () => {
  const words = [join(files, 'clients.csv'), '--mapping', 'clients', '--trace', '--limit', '1'];
  const traced = axle.axle('map', ...words);
  assert.match(traced.stdout, /couple +'Müller, Jürgen & Käthe' -> 'Jürgen Müller'/);
  assert.match(traced.stdout, /date D\/M\/YYYY +'14\/03\/1961' -> '1961-03-14'/);
  assert.match(traced.stdout, /Telefon +'030 \/ 23125-014'\n +=? '\+493023125014'|= '\+493023125014'/);
  assert.match(traced.stdout, /spouse of 'K1001'/);
  assert.equal(traced.stderr, '');
  const good = readFileSync(mapping('clients'), 'utf8');
  edit(mapping('clients'), [/from="Geburtsdatum"/, 'from="Geburtsdtum"']);
  assert.match(axle.axle('map', ...words).stderr, /no column 'Geburtsdtum'.*did you mean 'Geburtsdatum'\?/);
  writeFileSync(mapping('clients'), good);
});

test('the CSV file is live: twelve customers, and no drift', async () => {
  await drop('clients', 'clients.csv');
  assert.equal(readFileSync(join(axle.home, 'in/clients.misplaced'), 'utf8'), 'too early');
  const found = customers('clients');
  assert.equal(found.length, 12);
  assert.deepEqual(found.slice(0, 3), [['K1001', '', 'Jürgen Müller', '1'], ['K1001', 'spouse', 'Käthe Müller', '1'],
    ['K1002', '', 'Ute Bäcker', '1']]);
  assert.deepEqual(axle.sql("select field from axle.drift where kind <> 'ignored'"), []);
});

test('an element and a code list of the site, a changed mapping, and what is stored read anew', async () => {
  writeFileSync(join(site, 'dictionary.xml'), `<dictionary xmlns="urn:axle:dictionary:1">
  <class name="customer">
    <element name="segment" label="Segment" domain="segment" sensitivity="internal" survivorship="trust">
      <definition>How much attention the customer gets from sales.</definition>
    </element>
    <element name="turnover" label="Turnover" domain="money" sensitivity="internal" survivorship="recent">
      <definition>What the customer bought in the last year.</definition>
    </element>
  </class>
  <domain name="segment" kind="code">
    <code value="key" label="Key account" synonyms="A"/>
    <code value="regular" label="Regular" synonyms="B"/>
    <code value="small" label="Small" synonyms="C"/>
  </domain>
</dictionary>
`);
  assert.match(axle.must('dictionary', 'apply'), /\+ customer\.segment +element added +axle\.customer\.segment/);
  mkdirSync(join(site, 'changed'));
  copyFileSync(mapping('clients'), mapping('clients', 'changed'));
  edit(mapping('clients', 'changed'),
    [/ *<ignore field="Umsatz"\/>\n *<ignore field="Gruppe"\/>\n/, ''],
    [/ *<value of="customer\.email"/, `    <value of="customer.segment" from="Gruppe"/>
    <value of="customer.turnover" from="Umsatz"><number decimal="," group="."/></value>\n$&`]);
  const diff = axle.axle('diff-mapping', 'clients', mapping('clients', 'changed'), join(files, 'clients.csv'));
  assert.match(diff.stdout, /10 records compared, 10 differ[^]*customer\.segment +0 +10 +0/);
  const good = readFileSync(mapping('clients'), 'utf8');
  edit(mapping('clients'), [/customer\.email/, 'customer.emial']);
  assert.match(axle.axle('replay', '--source', 'clients', '--dry-run').stderr, /emial[^]*the hub goes on with what was live before/);
  writeFileSync(mapping('clients'), good);
  copyFileSync(mapping('clients', 'changed'), mapping('clients'));
  const replay = (...words) => axle.axle('replay', '--source', 'clients', ...words);
  const dry = await until('the changed mapping', () => {
    const done = replay('--dry-run');
    return /10 records that change/.test(done.stdout) && done;
  });
  assert.match(dry.stdout, /segment +10 +0 +0\nturnover +10 +0 +0/);
  assert.match(dry.stderr, /nothing is changed/);
  assert.equal(axle.sql('select count(segment) from axle.customer')[0][0], '0');
  assert.match(replay().stderr, /in the queue/);
  axle.must('wait', '--timeout', '30');
  assert.deepEqual(axle.sql('select display_name, segment, turnover from axle.customer order by turnover::numeric desc nulls last limit 2'),
    [['Sören Groß', 'key', '12480.00'], ['Anna Lindner', 'key', '7650.00']]);
});

test('the XML file: long paths are whole, and its contacts are customers that are known', async () => {
  const table = axle.must('profile', join(files, 'partners.xml'), '--region', 'DE');
  assert.match(table, /^d:contacts\/d:contact\/d:phones\/d:phone\/@type$/m);
  assert.match(table, /each of d:contacts\/d:contact; longest/);
  writeFileSync(mapping('partners'), axle.must('suggest', join(files, 'partners.xml'), '--name', 'partners', '--region', 'DE'));
  edit(mapping('partners'),
    [/<record class="customer" key="@number" each="d:contacts\/d:contact" part="[^"]*">/,
      '<record class="customer" key="@number" each="d:contacts/d:contact" part="{@id}">'],
    [/<value of="customer\.phone"[^]*?\/>/, '<value of="customer.phone" each="d:phones/d:phone" from="." kind="{@type}"/>']);
  assert.equal(axle.must('check', mapping('partners')), '');
  const traced = axle.must('map', join(files, 'partners.xml'), '--mapping', 'partners', '--trace', '--limit', '1');
  assert.match(traced, /each d:phones\/d:phone: \. +'0171 \/ 3920033'/);
  assert.match(traced, /contact of 'A-77'/);
  await drop('partners', 'partners.xml');
  assert.deepEqual(customers('partners'), [
    ['A-77', '', 'Rheinwerk Pumpen GmbH', '1'], ['A-77', '1', 'Ute Bäcker', '2'], ['A-77', '2', 'Karl Brandt', '1'],
    ['A-78', '', 'Spreebogen Verlag AG', '1'], ['A-78', '1', 'Emil Krüger', '2'],
    ['A-79', '', 'Isartal Optik KG', '1'], ['A-79', '1', 'Paula Renner', '1'], ['A-79', '2', 'Sören Groß', '2']]);
  assert.deepEqual(axle.sql("select field from axle.drift where kind <> 'ignored'"), [], 'what is read within lists is no drift');
  assert.match(axle.must('why', 'clients/K1002', 'partners/A-77#1'), /They are one customer/);
  assert.deepEqual(axle.sql(`select p.kind, p.value from axle.customer_phone p join axle.xref x using (customer_id)
    where x.source = 'clients' and x.source_key = 'K1002' order by p.value`),
  [['mobile', '+491713920033'], ['', '+492214710233'], ['work', '+492214710600']]);
});

test('nothing was restarted, lost or counted twice', () => {
  // A source that was added has a process of its own.
  running().forEach((now, i) => assert.deepEqual(now.filter((pid) => pids[i].includes(pid)), pids[i]));
  assert.deepEqual(axle.sql('select source from axle.conservation where balance <> 0'), []);
  const verified = axle.axle('verify');
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
});
