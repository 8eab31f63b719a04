// A site changes the dictionary of a running hub, in its own file: what it adds is published at once, what
// records carry is refused, and no process is started anew.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Instance, sleep, until } from './axle.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
mkdirSync(join(site, 'mappings'));
const axle = new Instance({ AXLE_SITE: site });

const dictionary = (...parts) => writeFileSync(join(site, 'dictionary.xml'),
  `<dictionary xmlns="urn:axle:dictionary:1">\n${parts.join('\n')}\n</dictionary>\n`);
const element = (name, domain, more = '') => `<class name="customer">
  <element name="${name}" label="${name}" domain="${domain}" sensitivity="internal" survivorship="recent" ${more}>
    <definition>What the shop knows as ${name}.</definition>
  </element>
</class>`;
const species = `<domain name="species">
  <code value="dog" label="Dog" synonyms="hound"/>
  <code value="cat" label="Cat"/>
</domain>`;
const pet = `<class name="pet" label="Pet">
  <definition>An animal that lives with a customer.</definition>
  <element name="name" label="Name" domain="text" sensitivity="personal" survivorship="trust">
    <definition>What it is called.</definition>
  </element>
  <element name="species" label="Species" domain="species" sensitivity="internal" standardiser="code" survivorship="trust">
    <definition>Which kind of animal it is.</definition>
  </element>
</class>`;
const job = (length) => `<domain name="job" narrows="text" length="${length}"/>
<refine of="customer.occupation" domain="job"/>`;
const fluid = '<domain name="sex"><code value="fluid" label="Genderfluid"/></domain>';

const mapping = (values = '', records = '') => writeFileSync(join(site, 'mappings/shop.xml'),
  `<source xmlns="urn:axle:source:1" name="shop" connector="web" trust="60" region="AU">
  <description>Accounts of the web shop</description>
  <from><directory pattern="*.csv"/></from>
  <format><csv delimiter="," encoding="UTF-8" header="yes"/></format>
  <record class="customer" key="id">
    <value of="customer.name.given"  from="given"/>
    <value of="customer.name.family" from="family"/>
    <value of="customer.sex"         from="sex"/>
    <value of="customer.occupation"  from="job"/>
    ${values}
  </record>
  ${records}
</source>
`);
const header = 'id,given,family,sex,job,shoe,pet,species\n';
const drop = (name, rows) => writeFileSync(join(axle.home, 'in/shop', name), header + rows);
const one = (query) => axle.sql(query)[0]?.[0] ?? '';
const says = (done, status, ...patterns) => {
  assert.equal(done.status, status, done.stdout + done.stderr);
  for (const pattern of patterns) assert.match(done.stdout + done.stderr, pattern);
};
const serving = () => ['axle-api', 'axle-worker', 'axle-web'].map((name) => axle.processes(name).sort());

let pids;
const customer = async (id) => {
  const { AXLE_URL, AXLE_TOKEN } = axle.env();
  const answer = await fetch(`${AXLE_URL}/v1/customers/${id}`, { headers: { Authorization: `Bearer ${AXLE_TOKEN}` } });
  return answer.json();
};

before(async () => {
  mapping();
  axle.up();
  pids = serving();
  drop('a.csv', 'S1,Ann,Quillmarsh,fluid,gardener,38,Rex,hound\nS2,Robert,Oyelvaran,m,baker,44,,\nS3,Zoe,Quist,fluid,,,Mia,cat\n');
  await until('three customers', () => one('select count(*) from axle.customer') === '3', 30);
});
after(() => {
  axle.remove();
  rmSync(site, { recursive: true, force: true });
});

test('what a site adds is published and filled while everything runs', async () => {
  dictionary(element('shoe_size', 'text'), species, pet, job(40));
  says(axle.axle('check'), 0, /0 errors/, /axle dictionary apply/);
  assert.equal(axle.status().dictionary_proposed, true);
  says(axle.axle('status'), 0, /axle dictionary apply/);
  says(axle.axle('dictionary', 'diff'), 1, /^\+ customer\.shoe_size +.*axle\.customer\.shoe_size$/m, /^\+ pet /m, /customer\.occupation/);
  says(axle.axle('dictionary', 'apply', '--dry-run'), 0, /customer\.shoe_size/);
  assert.equal(one("select count(*) from information_schema.columns where column_name = 'shoe_size'"), '0', 'a dry run');

  says(axle.axle('dictionary', 'apply'), 0, /the hub works with it/);
  says(axle.axle('dictionary', 'diff'), 0, /works with what/);
  assert.equal(axle.axle('check').stderr.includes('dictionary apply'), false);
  assert.equal(axle.status().dictionary_proposed, false);
  assert.equal(one(`select col_description(attrelid, attnum) from pg_attribute
    where attrelid = 'axle.customer'::regclass and attname = 'shoe_size'`), 'What the shop knows as shoe_size.');
  says(axle.axle('dictionary', 'list', 'pet'), 0, /^pet\.species .*species/m);
  says(axle.axle('dictionary', 'schema'), 0,
    /<xs:enumeration value="customer\.shoe_size"><xs:annotation><xs:documentation>What the shop knows as shoe_size\./);
  says(axle.axle('complete', '--', 'dictionary', 'show'), 0, /^customer\.shoe_size$/m, /^pet$/m);

  mapping('<value of="customer.shoe_size" from="shoe"/>', `<record class="pet" key="id" part="pet" needs="pet.name">
    <relation to="" role="customer"/>
    <value of="pet.name" from="pet"/>
    <value of="pet.species" from="species"/>
  </record>`);
  assert.equal(axle.axle('check').status, 0, axle.axle('check').stdout);
  await until('the mapping is live', () => one("select mapping_hash from axle.source where name = 'shop'") !== '' &&
    /mapped by +shop/.test(axle.axle('dictionary', 'show', 'customer.shoe_size').stdout));
  await sleep(2500); // until every worker has it
  drop('b.csv', 'S1,Ann,Quillmarsh,fluid,gardener,38,Rex,hound\nS4,Ivo,Tarnowski,m,smith,46,,\n');
  await until('the new value', () => one("select shoe_size from axle.customer where name_family = 'Quillmarsh'") === '38', 30);
  await until('the new class', () => one('select name || species from axle.pet') === 'Rexdog', 30);
  const id = one("select customer_id from axle.customer where name_family = 'Quillmarsh'");
  assert.equal(one('select customer_id from axle.pet'), id);
  assert.equal((await customer(id)).shoe_size, '38');
  says(axle.axle('dictionary', 'show', 'customer.shoe_size'), 0, /filled by +shop: 2 values/, /mapped by +shop/);
  assert.deepEqual(serving(), pids, 'no process was started anew');
});

test('what records carry is neither removed nor made another kind', () => {
  const refused = (pattern, ...parts) => {
    dictionary(...parts);
    says(axle.axle('dictionary', 'apply', '--dry-run'), 1, pattern, /^Refused:$/m);
    says(axle.axle('dictionary', 'apply'), 1, pattern, /^Refused:$/m);
    assert.equal(one('select count(shoe_size) from axle.customer'), '2', 'all is as before');
  };
  refused(/customer\.shoe_size is removed: 2 records of 2 customers or things\n +shop S1\n +shop S4/, species, pet, job(40));
  refused(/source shop has a live mapping that would be wrong: shop\.xml:\d+:\d+: .*customer\.shoe_size/, species, pet, job(40));
  refused(/customer\.shoe_size would have values of another kind: 2 records/, element('shoe_size', 'quantity'), species, pet, job(40));
  refused(/customer\.shoe_size would have values of another kind: 2 records/, element('shoe_size', 'text', 'many="yes"'), species, pet, job(40));
  refused(/customer\.occupation has values that would not be permitted any more: 1 record of 1 .*\n +shop S1/, element('shoe_size', 'text'), species, pet, job(5));
  refused(/pet is removed, and has records: 1 record /, element('shoe_size', 'text'), species, job(40));

  const answer = JSON.parse(axle.axle('dictionary', 'diff', '--json').stdout);
  assert.equal(answer.refused.find((r) => r.name === 'pet').records, 1);
  const again = axle.axle('init');
  assert.equal(again.status, 0, again.stderr);
  assert.match(again.stderr, /is not applied/);
  assert.equal(one('select count(*) from axle.pet'), '1');
});

test('every name is told in words', () => {
  says(axle.axle('dictionary', 'list'), 0, /^customer +\d+ /m, /^pet +2 /m);
  assert.equal(JSON.parse(axle.axle('dictionary', 'list', 'pet', '--json').stdout)[1].published, 'axle.pet.species');
  says(axle.axle('dictionary', 'show', 'pet.species'), 0, /one of 2 codes/, /dog +Dog \(hound\)/, /published as +axle\.pet\.species/);
  says(axle.axle('dictionary', 'show', 'species'), 0, /of +pet\.species/);
  says(axle.axle('dictionary', 'show', 'customer.address'), 0, /^ +customer\.address\.street /m);
  says(axle.axle('dictionary', 'show', 'customer.emial'), 2, /there is no .*'customer\.emial'; did you mean 'customer\.email'\?/);
  says(axle.axle('dictionary', 'aply'), 2, /did you mean 'apply'\?/);
  says(axle.axle('dictionary', 'show'), 2, /usage: axle dictionary show NAME/);
});

test('mistakes in the file change nothing', () => {
  dictionary(element('shoe_size', 'txt'), species, pet);
  says(axle.axle('dictionary', 'apply'), 2, /dictionary\.xml:\d+:\d+: there is no domain 'txt'/);
  const again = axle.axle('init');
  assert.equal(again.status, 0, again.stderr);
  assert.match(again.stderr, /is not applied: .*dictionary\.xml:\d+:\d+: there is no domain 'txt'/);
  assert.equal(one('select count(shoe_size) from axle.customer'), '2');
});

test('an element that nothing carries comes and goes', () => {
  const kept = [element('shoe_size', 'text'), species, pet, job(40)];
  dictionary(...kept, element('hobby', 'text', 'many="yes"'));
  says(axle.axle('dictionary', 'apply'), 0, /axle\.customer_hobby\.value/);
  assert.equal(one('select count(*) from axle.customer_hobby'), '0');
  dictionary(...kept, '<refine of="customer.shoe_size" status="retired"/>');
  says(axle.axle('dictionary', 'apply'), 0, /^- customer\.hobby/m);
  says(axle.axle('check'), 0, /warning: customer\.shoe_size is retired/);
  assert.equal(one("select to_regclass('axle.customer_hobby') is null"), 't');
});

test('a new code makes flagged values readable, once they are replayed', async (t) => {
  assert.equal(one("select count(sex) from axle.customer where name_family in ('Quillmarsh', 'Quist')"), '0');
  dictionary(element('shoe_size', 'text'), species, pet, job(40), fluid);
  says(axle.axle('dictionary', 'apply'), 0, /2 values of customer\.sex may be read otherwise by 'axle replay --source shop'/);
  if (axle.axle('help', 'replay').status !== 0) {
    t.diagnostic('skipped: there is no axle replay');
    return;
  }
  axle.must('replay', '--source', 'shop');
  await until('both are read', () => one("select count(*) from axle.customer where sex = 'fluid'") === '2', 30);
  assert.deepEqual(serving(), pids, 'no process was started anew');
});
