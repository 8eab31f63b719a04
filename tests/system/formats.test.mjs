// One source of each format, dropped into its folder: the sound file becomes customers, the broken one is
// rejected with its place, and its neighbours go on.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Instance, until } from './axle.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
const instance = new Instance({ AXLE_SITE: site });

const utf16 = (text) => Buffer.from(`\ufeff${text}`, 'utf16le');

// What each source says of its format, how a field is named there, a file that is sound and one that is not.
const sources = {
  fixed: {
    format: '<fixed encoding="ISO-8859-1"><field name="id" from="1" width="4"/><field name="family" from="5" to="20"/><field name="email" from="21" width="30"/></fixed>',
    pattern: '*.txt',
    sound: ['a.txt', Buffer.from('F001Müller          f1@fixed.example.org\nF002Braun           f2@fixed.example.org\n', 'latin1')],
    broken: ['b.txt', 'F003Adler           f3@fixed.example.org\nF004\0\nF005Fuchs           f5@fixed.example.org\n'],
    reject: ['decode', 'nul', '2'],
    keys: ['F001', 'F002', 'F003', 'F005'],
    drop: 'family',
  },
  json: {
    format: '<json records="/data/people"/>',
    pattern: '*.json',
    field: (name) => `/${name}`,
    sound: ['a.json', JSON.stringify({ data: { count: 2, people: [
      { id: 'J1', family: 'Olsen', email: 'j1@json.example.org' },
      { id: 'J2', family: 'Jensen', email: 'j2@json.example.org' }] } }, null, 2)],
    broken: ['b.json', '{"data": {"people": [\n{"id": "J3", "family": "Hansen", "email": "j3@json.example.org"},\n'
      + '{"id": "J4" "family": "Larsen"},\n{"id": "J5", "family": "Lund", "email": "j5@json.example.org"}]}}\n'],
    reject: ['decode', 'json', '3'],
    keys: ['J1', 'J2', 'J3', 'J5'],
  },
  xml: {
    format: '<xml records="//r:person"><namespace prefix="r" uri="urn:example:people"/><namespace prefix="c" uri="urn:example:contact"/></xml>',
    pattern: '*.xml',
    field: (name) => ({ id: '@id', family: 'r:name/r:family', email: 'c:reach[@how="mail"]' })[name],
    sound: ['a.xml', `<?xml version="1.0"?>
<people xmlns="urn:example:people" xmlns:k="urn:example:contact">
  <person id="X1"><name><family>Rossi</family></name><k:reach how="mail">x1@xml.example.org</k:reach></person>
  <person id="X2"><name><family>Bianchi</family></name><k:reach how="fax">1</k:reach><k:reach how="mail">x2@xml.example.org</k:reach></person>
</people>`],
    broken: ['b.xml', `<p:people xmlns:p="urn:example:people" xmlns:c="urn:example:contact">
  <p:person id="X3"><p:name><p:family>Verdi</p:family></p:name><c:reach how="mail">x3@xml.example.org</c:reach></p:person>
  <p:person id="X4"><p:name>Neri</p:nome></p:person>
  <p:person id="X5"><p:name><p:family>Gallo</p:family></p:name><c:reach how="mail">x5@xml.example.org</c:reach></p:person>
</p:people>`],
    reject: ['decode', 'xml', '3'],
    keys: ['X1', 'X2', 'X3', 'X5'],
    drop: 'r:name/@secret',
  },
  packed: {
    format: '<csv/>',
    pattern: '*.csv',
    sound: ['a.csv.gz', gzipSync('id,family,email\nG1,Novak,g1@gzip.example.org\nG2,Horak,g2@gzip.example.org\n')],
    broken: ['b.csv.gz', gzipSync('id,family,email\nG3,Svoboda,g3@gzip.example.org\n').subarray(0, 40)],
    reject: ['transport', 'gzip', ''],
    keys: ['G1', 'G2'],
  },
  wide: {
    format: '<csv delimiter=";" encoding="UTF-16"/>',
    pattern: '*.csv',
    sound: ['a.csv', utf16('id;family;email\r\nU1;Παπαδόπουλος;u1@wide.example.org\r\nU2;Νικολάου;u2@wide.example.org\r\n')],
    broken: ['b.csv', utf16('id;family;email\nU3;Ωμέγα;u3@wide.example.org\nU4;only\nU5;Σίγμα;u5@wide.example.org\n')],
    reject: ['decode', 'fields', '3'],
    keys: ['U1', 'U2', 'U3', 'U5'],
  },
};

function mapping(name) {
  const { format, pattern, field = (f) => f, drop } = sources[name];
  writeFileSync(join(site, 'mappings', `${name}.xml`), `<source xmlns="urn:axle:source:1" name="${name}" connector="web" trust="50">
  <from><directory pattern="${pattern}"/></from>
  <format>${format}</format>
  ${drop && name === 'xml' ? `<drop field="${drop}"/>` : ''}
  <record class="customer" key="${field('id')}">
    <value of="customer.name.family" from="${field('family').replaceAll('"', '&quot;')}"/>
    <value of="customer.email" from="${field('email').replaceAll('"', '&quot;')}"/>
  </record>
</source>
`);
}

// Written elsewhere and moved in, as the tutorial says.
function drop(source, [name, content]) {
  const path = join(instance.home, name);
  writeFileSync(path, content);
  renameSync(path, join(instance.home, 'in', source, name));
}

const keys = (source) => instance.sql(`select source_key from axle.xref where source = '${source}' order by 1`).flat();

before(() => {
  mkdirSync(join(site, 'mappings'));
  for (const name of Object.keys(sources)) mapping(name);
  instance.up();
});
after(() => {
  instance.remove();
  rmSync(site, { recursive: true, force: true });
});

for (const [name, source] of Object.entries(sources)) {
  test(`${name}: customers appear, and what is broken costs itself`, () => {
    drop(name, source.sound);
    instance.must('wait', '--timeout', '20');
    assert.deepEqual(keys(name), source.keys.slice(0, 2));
    drop(name, source.broken);
    instance.must('wait', '--timeout', '20');
    assert.deepEqual(keys(name), source.keys);
    assert.deepEqual(instance.sql(`select stage, code, line, file from axle.reject where source = '${name}'`),
      [[...source.reject, source.broken[0]]]);
    const aside = source.reject[0] === 'transport' ? 'failed' : 'done';
    assert.ok(readdirSync(join(instance.home, 'in', name, aside)).includes(source.broken[0]));
    assert.deepEqual(instance.sql(`select balance from axle.conservation where source = '${name}'`), [['0']]);
  });
}

test('names and addresses arrive in every encoding', () => {
  assert.deepEqual(instance.sql(`select family from (select source, source_key, c.name_family as family
    from axle.xref join axle.customer c using (customer_id)) as x where source_key in ('F001', 'J2', 'U1', 'X2') order by source`),
  [['Müller'], ['Jensen'], ['Παπαδόπουλος'], ['Bianchi']]);
  assert.deepEqual(instance.sql("select value from axle.customer_email where value like '%@xml.%' order by 1").flat(),
    ['x1@xml.example.org', 'x2@xml.example.org', 'x3@xml.example.org', 'x5@xml.example.org']);
});

test('axle map and axle load read them the same way', () => {
  const path = join(instance.home, 'c.csv.gz');
  writeFileSync(path, gzipSync('id,family,email\nG9,Dvorak,g9@gzip.example.org\n'));
  assert.match(instance.must('map', path, '--mapping', 'packed'), /"key":"G9"/);
  instance.must('load', path, '--source', 'packed');
  assert.ok(keys('packed').includes('G9'));
  const broken = join(instance.home, 'in', 'packed', 'failed', 'b.csv.gz');
  const mapped = instance.axle('map', broken, '--mapping', 'packed', '--strict');
  assert.equal(mapped.status, 1);
  assert.match(mapped.stderr, /"code":"gzip","message":"the gzip file cannot be unpacked: it is cut short/);
});

test('a document without records says what may have been meant', () => {
  drop('xml', ['other.xml', '<people xmlns="urn:other"><person/></people>']);
  drop('json', ['other.json', '{"data":{"persons":[]}}']);
  instance.must('wait', '--timeout', '20');
  const said = instance.sql("select source, message from axle.reject where code = 'no-records' order by 1");
  assert.deepEqual(said.map(([source]) => source), ['json', 'xml']);
  assert.match(said[0][1], /there is nothing at '\/data\/people'/);
  assert.match(said[1][1], /<person> is in the namespace 'urn:other' here/);
});

test('a file that does not fit the pattern stays, and the log says so once', async () => {
  const stray = join(instance.home, 'in', 'json', 'notes.doc');
  writeFileSync(stray, 'x');
  utimesSync(stray, 1, 1);
  const log = () => readdirSync(join(instance.home, 'log'))
    .map((name) => readFileSync(join(instance.home, 'log', name), 'utf8')).join('\n');
  await until('a word about it', () => log().includes("'notes.doc' stays in its folder"), 5);
  await until('some looks more', () => new Promise((done) => setTimeout(() => done(true), 600)));
  assert.equal(log().split("'notes.doc' stays in its folder").length, 2);
});
