// The tools of who adds a source: profile, suggest, check, map --trace, diff-mapping; then the file itself.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { bin, Instance, until } from './axle.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-tools-'));
const file = (name, content) => {
  writeFileSync(join(site, name), content);
  return join(site, name);
};
mkdirSync(join(site, 'mappings'));

// Windows-1252: as an old office program writes it.
const odd = file('clients.csv', Buffer.from(`Kd-Nr;Name;Geb.-Dat.;Stra\xdfe;PLZ;Ort;Tel. priv.;Mobil;E-Mail;Bemerkung
1001;M\xfcller, Hans;13/05/1961;Hauptstra\xdfe 5;10115;Berlin;030 1234567;0171 2345678;hans.mueller@example.de;\x80 5 offen
1002;Sch\xe4fer, Anna;02/11/1975;Gartenweg 12;80331;M\xfcnchen;089 7654321;;anna@example.de;ruft zur\xfcck
1003;John & Mary Smith;24/12/1980;Lindenallee 7;50667;K\xf6ln;;0172 9876543;smiths@example.org;zahlt p\xfcnktlich
1004;Wei\xdf, Peter;01/02/1955;Bahnhofstr. 3;01067;Dresden;0351 998877;;;
1005;Zo\xeb J\xe4ger;30/09/1990;Am Ring 9;20095;Hamburg;;0160 1112223;zoe.jaeger@example.com;neu
`, 'latin1'));

const axle = new Instance({ AXLE_SITE: site });
before(() => { axle.up(); });
after(() => {
  axle.remove();
  rmSync(site, { recursive: true, force: true });
});

const values = (mapping) => [...mapping.matchAll(/<value ([^>]*?)\/?>/g)].map(([, text]) =>
  Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])));
const value = (mapping, from) => values(mapping).find((one) => one.from === from);

test('a profile says what stands in each column', () => {
  const table = axle.must('profile', odd);
  assert.match(table, /5 records, 10 columns; CSV, delimiter ;, a header, windows-1252/);
  for (const line of table.split('\n')) assert.ok([...line].length <= 120, line);
  const { records, columns } = JSON.parse(axle.must('profile', odd, '--json'));
  assert.equal(records, 5);
  const by = Object.fromEntries(columns.map((column) => [column.name, column]));
  assert.deepEqual([by['E-Mail'].filled, by['E-Mail'].distinct, by['E-Mail'].kind], [4, 4, 'e-mail']);
  assert.equal(by['Geb.-Dat.'].date.forms, 'D/M/YYYY');
  assert.equal(by['Geb.-Dat.'].date.ambiguous, false);
  assert.deepEqual(by.PLZ.shapes, [{ shape: '99999', count: 5 }]);
  assert.equal(by['Kd-Nr'].unique, true);
  assert.ok(by.Name.examples.includes('Müller, Hans'));
});

test('a packed file is read as well', () => {
  const packed = file('clients.csv.gz', gzipSync(readFileSync(odd)));
  assert.match(axle.must('profile', packed), /5 records, 10 columns/);
});

test('a suggestion is a mapping that passes the check, says what it is sure of, and brings customers', async () => {
  const done = axle.axle('suggest', odd, '--name', 'clients', '--region', 'DE');
  assert.equal(done.status, 0, done.stderr);
  const mapping = done.stdout;
  assert.match(mapping, /<csv delimiter=";" quote="&quot;" encoding="windows-1252" header="yes"\/>/);
  assert.match(mapping, /<record class="customer" key="Kd-Nr">/);
  assert.match(mapping, /part="spouse"/);
  assert.match(mapping, /<!-- Bemerkung: .*-->/);
  for (const one of values(mapping)) assert.match(one.confidence, /^(high|medium|low)$/);
  assert.equal(value(mapping, 'E-Mail').of, 'customer.email');
  assert.equal(value(mapping, 'E-Mail').confidence, 'high');
  assert.equal(value(mapping, 'Geb.-Dat.').date, 'D/M/YYYY');
  assert.equal(value(mapping, 'Mobil').kind, 'mobile');
  const path = file('mappings/clients.xml', mapping);
  assert.equal(axle.axle('check', path).status, 0);
  assert.equal(axle.axle('check').status, 0);

  await until('the source', () => axle.status().sources?.some((source) => source.source === 'clients' || source.name === 'clients'), 20);
  await until('its folder', () => {
    try {
      writeFileSync(join(axle.home, 'in/clients/.drop'), readFileSync(odd));
      return true;
    } catch {
      return false;
    }
  }, 20);
  renameSync(join(axle.home, 'in/clients/.drop'), join(axle.home, 'in/clients/drop.csv'));
  await until('six customers', () => axle.sql('SELECT count(*) FROM axle.customer')[0][0] === '6', 30);
  const rows = axle.sql(`SELECT name_given, name_family, birth_date FROM axle.customer ORDER BY 2, 1`);
  assert.deepEqual(rows.map(([given, family]) => `${given} ${family}`).sort(), [
    'Anna Schäfer', 'Hans Müller', 'John Smith', 'Mary Smith', 'Peter Weiß', 'Zoë Jäger']);
  assert.deepEqual(rows.find(([given]) => given === 'Hans')[2], '1961-05-13');
  assert.deepEqual(axle.sql(`SELECT value FROM axle.customer_phone WHERE value LIKE '+4917%' ORDER BY 1`),
    [['+491712345678'], ['+491729876543'], ['+491729876543']]);
  assert.deepEqual(axle.sql('SELECT DISTINCT balance FROM axle.conservation'), [['0']]);
});

test('map --trace shows each step, for people and for programs', () => {
  const text = axle.must('map', odd, '--mapping', 'clients', '--trace', '--limit', '1');
  assert.match(text, /^line 2\n {2}customer, key '1001'\n/);
  assert.match(text, /customer\.birth_date +Geb\.-Dat\. {2}'13\/05\/1961'\n +date D\/M\/YYYY +'13\/05\/1961' -> '1961-05-13'/);
  assert.match(text, /Mobil {2}'0171 2345678'\n +kind.*|Mobil {2}'0171 2345678'\n +.*= '\+491712345678'/);
  assert.doesNotMatch(text, /line 3/);
  const [line, ...more] = axle.must('map', odd, '--mapping', 'clients', '--trace', '--json', '--limit', '2').trim().split('\n');
  assert.equal(more.length, 1);
  const { trace } = JSON.parse(line);
  const birth = trace.find((one) => one.element === 'customer.birth_date');
  assert.deepEqual(birth, {
    record: 0, element: 'customer.birth_date', from: 'Geb.-Dat.', raw: '13/05/1961', standard: '1961-05-13',
    steps: [{ step: 'date D/M/YYYY', before: '13/05/1961', after: '1961-05-13' }],
  });
  assert.equal(JSON.parse(axle.must('map', odd, '--mapping', 'clients', '--limit', '1')).trace, undefined);
});

test('diff-mapping counts what a change of a mapping changes', () => {
  const before = readFileSync(join(site, 'mappings/clients.xml'), 'utf8');
  mkdirSync(join(site, 'changed'));
  const same = axle.axle('diff-mapping', 'clients', 'clients', odd);
  assert.deepEqual([same.status, same.stdout], [0, '5 records compared, 0 differ\n']);
  const after = file('changed/clients.xml', before.replaceAll('date="D/M/YYYY"', 'date="M/D/YYYY"').replace(/ *<value [^>]*from="PLZ"[^>]*>\n/, '')
    .replace('key="Kd-Nr">', 'key="Mobil">'));
  const done = axle.axle('diff-mapping', 'clients', after, odd, '--json');
  assert.equal(done.status, 1, done.stderr);
  const diff = JSON.parse(done.stdout);
  assert.equal(diff.compared, 5);
  assert.deepEqual(diff.rejects.map(({ code, only_b: only }) => [code, only]), [['no-key', 2]]);
  assert.ok(diff.records.find((one) => one.class === 'customer').only_a >= 5);
  const dates = file('changed/clients.xml', before.replaceAll('date="D/M/YYYY"', 'date="M/D/YYYY"'));
  const birth = JSON.parse(axle.axle('diff-mapping', 'clients', dates, odd, '--json').stdout)
    .values.find((one) => one.element === 'customer.birth_date');
  assert.equal(birth.changed, 5);
  assert.deepEqual(birth.examples[0], { line: 2, key: '1001', part: '', a: '1961-05-13', b: '13/05/1961 [date]' });
  assert.match(axle.axle('diff-mapping', 'clients', dates, odd).stdout, /customer\.birth_date +0 +0 +5\n/);
});

test('wrong use is said', () => {
  for (const words of [['profile', '/nowhere'], ['suggest', '/nowhere'], ['diff-mapping', 'clients', 'nothing', odd],
    ['suggest', odd, '--name', '../clients'], ['profile', odd, '--mapping', 'client']]) {
    const done = axle.axle(...words);
    assert.equal(done.status, 2, words.join(' '));
    assert.notEqual(done.stderr, '');
  }
});

test('results that cannot be written are no success, nor do they go to the database', () => {
  for (const words of ['suggest clients.csv', 'dictionary list', 'dictionary show customer.email'])
    for (const to of ['>/dev/full', '>&-', '<&- >&- 2>&-']) {
      const done = spawnSync('sh', ['-c', `"${bin}/axle" ${words.replace('clients.csv', `"${odd}"`)} ${to}`],
        { env: axle.environment, encoding: 'utf8' });
      assert.equal(done.status, 2, `${words} ${to}: ${done.stderr}`);
    }
});

test('XML with namespaces and a JSON document are described and suggested for', () => {
  const xml = file('regs.xml', `<?xml version="1.0"?>
<r:export xmlns:r="urn:example:reg"><r:registration id="R1"><r:owner><r:firstName>Ann</r:firstName><r:lastName>Lee</r:lastName>
<r:email>ann@lee.example</r:email></r:owner></r:registration>
<r:registration id="R2"><r:owner><r:firstName>Robert</r:firstName><r:lastName>Smith</r:lastName>
<r:email>bob@ray.example</r:email></r:owner></r:registration></r:export>`);
  const json = file('people.json', JSON.stringify({ items: [
    { id: 1, name: { first: 'Ann', last: 'Lee' }, phones: ['03 9123 4567', '0412 345 678'] },
    { id: 2, name: { first: 'Robert', last: 'Smith' }, phones: [] }] }));
  for (const [path, format, family] of [
    [xml, /<xml records="\/\/r:registration">/, 'r:owner/r:lastName'], [json, /<json records="\/items"\/>/, '/name/last']]) {
    const mapping = axle.must('suggest', path, '--name', 'found', '--region', 'AU');
    assert.match(mapping, format);
    assert.equal(value(mapping, family).of, 'customer.name.family');
    const saved = file('found.xml', mapping);
    assert.equal(axle.axle('check', saved).status, 0, axle.axle('check', saved).stdout);
    const [first] = axle.must('map', path, '--mapping', saved).split('\n');
    assert.deepEqual(JSON.parse(first).records[0].values['customer.name.family'], ['Lee']);
  }
});
