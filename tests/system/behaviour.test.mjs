// What matching must do and must not: values that many share, households, look-alikes; and that it says so.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Instance } from './axle.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
const columns = ['id', 'given', 'family', 'suffix', 'dob', 'sex', 'email', 'phone', 'street', 'city', 'postcode'];
const mapping = (name) => `<source xmlns="urn:axle:source:1" name="${name}" connector="web" trust="60" region="AU">
  <description>People</description>
  <from><directory pattern="*.csv"/></from>
  <format><csv/></format>
  <record class="customer" key="id">
    <value of="customer.name.given" from="given"/><value of="customer.name.family" from="family"/>
    <value of="customer.name.suffix" from="suffix"/><value of="customer.birth_date" from="dob" date="YYYY-MM-DD"/>
    <value of="customer.sex" from="sex"/>
    <value of="customer.email" from="email"/><value of="customer.phone" from="phone"/>
    <value of="customer.address.street" from="street"/><value of="customer.address.city" from="city"/>
    <value of="customer.address.postcode" from="postcode"/>
  </record>
</source>
`;
mkdirSync(join(site, 'mappings'));
for (const name of ['shop', 'desk']) writeFileSync(join(site, 'mappings', `${name}.xml`), mapping(name));

const axle = new Instance({ AXLE_SITE: site });
before(() => { axle.up(); });
after(() => {
  axle.remove();
  rmSync(site, { recursive: true, force: true });
});

let files = 0;

// People as lists of {column: value}; what they share is given once.
function load(source, people, shared = {}) {
  const path = join(site, `${source}-${++files}.csv`);
  const lines = people.map((one) => columns.map((name) => ({ ...shared, ...one })[name] ?? '').join(','));
  writeFileSync(path, `${[columns.join(','), ...lines].join('\n')}\n`);
  axle.must('load', path, '--source', source);
  axle.must('wait', '--timeout', '120');
}

// Who is with whom: lists of keys, of records whose key starts so.
function customers(prefix) {
  const rows = axle.sql(`select string_agg(source_key, ' ' order by source_key collate "C") from axle.xref
    where source_key like '${prefix}%' group by customer_id order by 1`);
  return rows.map(([keys]) => keys);
}

const why = (...words) => JSON.parse(axle.must('why', ...words, '--json'));

test('a telephone that 5,000 people gave joins nobody, and the program says so', () => {
  // 50 given names by 100 surnames, each born on a day of his own.
  const given = `Ann Bruce Carla Derek Elena Frank Gwen Hugo Irma Jorge Kirsten Luther Moira Nils Olga Pedro Quentin Rosa Stefan Tamara
    Ulrich Vera Walter Xenia Yusuf Abigail Boris Cedric Dolores Eugene Fatima Gareth Hannah Ivan Judith Karim Louise Magnus Naomi Oscar
    Penelope Rashid Sylvia Thomas Ursula Victor Wendy Agatha Bernard Chloe`.split(/\s+/);
  const family = `Abbott Baxter Chaudhry Drummond Eriksen Fitzgerald Gupta Hawthorne Ibrahim Jankowski Kowalczyk Lindqvist Mbeki Nakamura
    Oyelaran Papadopoulos Quigley Rasmussen Sepulveda Tchaikovsky Underwood Vasquez Wojcik Xiang Yamamoto Zimmermann Applegate Bergstrom
    Castellanos Dubois Echeverria Fujimoto Gallagher Hathaway Iglesias Johansson Kapoor Lombardi McAllister Novotny Ostrowski Petrovic
    Qureshi Robinson Schwartz Thibault Urquhart Venkataraman Whitaker Yildirim Zapata Armstrong Blackwood Cunningham Delacroix Ellison
    Forsyth Grunwald Holloway Ishikawa Jimenez Kirkpatrick Lavigne Montgomery Nightingale Okafor Pemberton Rutherford Sorensen Tremblay
    Ugarte Villanueva Wainwright Yevtushenko Zielinski Ainsworth Bianchi Cromwell Dvorak Edmondson Fairweather Goldstein Hutchinson Ingram
    Jefferson Kensington Ludlow Mazowiecki Norwood Oppenheimer Pickering Rossignol Steinberg Trevelyan Upton Voss Wetherby Yarrow Zhukov
    Bellamy`.split(/\s+/);
  const people = Array.from({ length: 5000 }, (_, i) => ({
    id: `P${i}`,
    given: given[i % 50],
    family: family[Math.floor(i / 50)],
    dob: `${1930 + (i % 60)}-${String(1 + Math.floor(i / 60) % 12).padStart(2, '0')}-${13 + Math.floor(i / 720)}`,
  }));
  load('shop', people, { phone: '(03) 9417 2263' });
  load('desk', [{ id: 'PX1', phone: '(03) 9417 2263' }]);
  assert.equal(customers('P').length, 5001);
  const pair = why('shop/P1', 'shop/P2');
  const phone = pair.skipped_keys.find(({ key }) => key === 'phone');
  assert.equal(phone.held_by, 5001);
  assert.match(pair.reasons.find(({ element }) => element === 'phone').words, /many share it/);
  assert.match(axle.must('why', 'shop/P1', 'shop/P2'), /^keys skipped as generic: phone \(held by 5,001 records\)/m);
  // Who has nothing else was resolved without it: that is told of, too.
  const alone = why('desk/PX1', 'shop/P1');
  assert.equal(alone.completeness, 'partial');
  assert.equal(alone.left.skipped, 'phone');
  const hub = axle.status();
  assert.ok(hub.generic_keys >= 1, JSON.stringify(hub));
  assert.ok(hub.partial >= 1, JSON.stringify(hub));
  const search = why('--search', 'phone=(03) 9417 2263');
  assert.equal(search.completeness, 'partial');
  assert.deepEqual(search.matches, []);
  assert.equal(search.skipped_keys[0].held_by, 5001);
});

test('a placeholder counts as missing, and the program says so', () => {
  load('shop', [{ id: 'N1', given: 'Ottilie', family: 'Braithwick' }, { id: 'N2', given: 'Mungo', family: 'Sallowfield' }],
    { phone: '(03) 9000 0000', email: 'none@none.example', dob: '1900-01-01' });
  assert.deepEqual(customers('N'), ['N1', 'N2']);
  const two = why('shop/N1', 'shop/N2');
  assert.deepEqual(two.left.placeholders.split(', ').sort(), ['birth_date', 'email', 'phone']);
  assert.deepEqual(two.reasons.filter(({ element }) => ['phone', 'email', 'birth_date'].includes(element)), []);
  const search = why('--search', 'phone=(03) 9000 0000', 'name=Ottilie Braithwick');
  assert.equal(search.values.find(({ element }) => element === 'phone').flag, 'placeholder');
  assert.equal(search.matches[0].record.key, 'N1');
});

test('a family of four on one landline, mailbox and address stays four people', () => {
  const home = { family: 'Quillfeather', email: 'quillfeathers@example.org', phone: '(03) 9876 5432', street: '12 Wattle Street', city: 'Hobart', postcode: '7000' };
  const family = [
    { given: 'Martin', dob: '1970-03-12' }, { given: 'Helena', dob: '1972-09-30' },
    { given: 'Oscar', dob: '2001-06-17' }, { given: 'Beatrice', dob: '2004-12-02' }];
  load('shop', family.map((one, i) => ({ ...one, id: `F${i}` })), home);
  // The same again from another source; two without their birth dates.
  load('desk', family.map((one, i) => ({ ...one, id: `F${i}d`, dob: i % 2 ? '' : one.dob })), home);
  assert.deepEqual(customers('F'), ['F0 F0d', 'F1 F1d', 'F2 F2d', 'F3 F3d']);
  const spouses = why('shop/F0', 'shop/F1');
  assert.equal(spouses.outcome, 'no match');
  assert.ok(spouses.denials >= 1);
});

// One household after the other, each of another shape: who is one person is told by the first letters of the keys.
const households = [
  ['father and son, Sr and Jr', 'G', { given: 'Harold', family: 'Marchbanks', street: '4 Elm Court', city: 'Bendigo', postcode: '3550', phone: '(03) 5441 2288' },
    [{ id: 'GSa', suffix: 'Sr' }, { id: 'GJa', suffix: 'Jr' }, { id: 'GSb', suffix: 'Sr' }, { id: 'GJb', suffix: 'Jr' }]],
  ['father and son of one name, by their birth dates', 'H', { given: 'Desmond', family: 'Carraway', street: '9 Mill Lane', city: 'Ballarat', postcode: '3350' },
    [{ id: 'HAa', dob: '1948-02-11' }, { id: 'HAb', dob: '1948-02-11' }, { id: 'HBa', dob: '1979-10-25' }, { id: 'HBb', dob: '1979-10-25' }]],
  ['twins', 'I', { family: 'Ellingworth', dob: '1996-07-19', street: '31 Harbour Road', city: 'Geelong', postcode: '3220', phone: '(03) 5221 9090', email: 'ellingworth@example.net' },
    [{ id: 'IAa', given: 'Susan' }, { id: 'IAb', given: 'Susan' }, { id: 'IBa', given: 'Sarah' }, { id: 'IBb', given: 'Sarah' }]],
  ['brothers whose names begin alike', 'J', { family: 'Dunthorpe', street: '77 Canal Street', city: 'Cairns', postcode: '4870', phone: '(07) 4051 3344' },
    [{ id: 'JAa', given: 'Christopher', dob: '1990-01-20' }, { id: 'JAb', given: 'Christopher', dob: '1990-01-20' },
      { id: 'JBa', given: 'Christian', dob: '1993-05-14' }, { id: 'JBb', given: 'Christian', dob: '1993-05-14' }]],
  ['a couple, one of them known by an initial', 'K', { family: 'Penhallow', street: '2 Rose Terrace', city: 'Perth', postcode: '6000', email: 'penhallow@example.com' },
    [{ id: 'KAa', given: 'Gregory', dob: '1961-08-08' }, { id: 'KAb', given: 'Greg', dob: '1961-08-08' }, { id: 'KBa', given: 'Yvonne', dob: '1963-11-27' }, { id: 'KBb', given: 'Yvonne', dob: '1963-11-27' }]],
  ['flatmates', 'L', { street: '5/18 Station Street', city: 'Carlton', postcode: '3053', phone: '(03) 9347 1212' },
    [{ id: 'LAa', given: 'Priya', family: 'Raman' }, { id: 'LAb', given: 'Priya', family: 'Raman' }, { id: 'LBa', given: 'Tobias', family: 'Lindgren' }, { id: 'LBb', given: 'Tobias', family: 'Lindgren' }]],
  ['look-alikes of two towns', 'M', { given: 'John', family: 'Smith' },
    [{ id: 'MAa', dob: '1980-04-04', city: 'Darwin', postcode: '0800' }, { id: 'MBa', dob: '1981-05-30', city: 'Albany', postcode: '6330' }]],
];

test('households of other shapes: nobody is lost, nobody is two', async (t) => {
  for (const [title, prefix, shared, people] of households)
    await t.test(title, () => {
      load('shop', people, shared);
      const expected = new Map();
      for (const { id } of people) expected.set(id.slice(0, 2), [...(expected.get(id.slice(0, 2)) ?? []), id]);
      assert.deepEqual(customers(prefix), [...expected.values()].map((ids) => ids.sort().join(' ')).sort());
    });
});

test('what keeps two apart is told', () => {
  const generations = why('shop/GSa', 'shop/GJa');
  assert.equal(generations.outcome, 'veto');
  assert.equal(generations.likelihood, 'no chance');
  assert.match(generations.reasons.at(-1).words, /generation suffix/);
  const twins = why('shop/IAa', 'shop/IBa');
  assert.equal(twins.outcome, 'no match');
  assert.ok(twins.household_hold < 0 || twins.denials > 0);
});

test('no resolution is incomplete in silence', () => {
  const listed = Number(axle.sql('select count(*) from hub.partial')[0][0]);
  assert.equal(axle.status().partial, listed);
  assert.equal(axle.axle('verify').status, 0);
});
