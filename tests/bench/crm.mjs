// One large CSV file of made-up customers, records of about 300 bytes, as a company's own system would export them:
// what four sources say of them (tests/data), in the columns of one.
import { spawnSync } from 'node:child_process';
import { closeSync, createReadStream, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../system/axle.mjs';

const generate = join(process.env.AXLE_TOOLS ?? join(root, 'build/release'), 'tests/data/generate');

const elements = {
  full: 'name.full', title: 'name.prefix', given: 'name.given', middle: 'name.middle', family: 'name.family', former: 'name.former',
  suffix: 'name.suffix', organization: 'name.organization', email: 'email', phone: 'phone', phone2: 'phone', line: 'address.line',
  street: 'address.street', unit: 'address.unit', city: 'address.city', region: 'address.region', postcode: 'address.postcode',
  country: 'address.country', birth: 'birth_date', tier: 'tier',
};
const columns = ['id', ...Object.keys(elements), 'note'];

// A site whose one source is that system.
export function makeSite(dir) {
  mkdirSync(join(dir, 'mappings'), { recursive: true });
  const values = Object.entries(elements)
    .map(([from, of]) => `    <value of="customer.${of}" from="${from}"${of === 'birth_date' ? ' date="YYYY-MM-DD"' : ''}/>`).join('\n');
  writeFileSync(join(dir, 'mappings/crm.xml'), `<source xmlns="urn:axle:source:1" name="crm" connector="web" trust="50" region="AU">
  <description>Customers of the company's own system</description>
  <from><directory pattern="*.csv"/></from>
  <format><csv/></format>
  <record class="customer" key="id">
${values}
  </record>
  <ignore field="note"/>
</source>
`);
  return dir;
}

const field = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

// Cells of a line of CSV.
function cells(line, delimiter) {
  const out = [];
  for (let at = 0; at <= line.length;) {
    if (line[at] === '"') {
      const end = line.indexOf(`"${delimiter}`, at + 1);
      const stop = end < 0 ? line.length - 1 : end;
      out.push(line.slice(at + 1, stop).replaceAll('""', '"'));
      at = stop + 2;
    } else {
      const end = line.indexOf(delimiter, at);
      const stop = end < 0 ? line.length : end;
      out.push(line.slice(at, stop));
      at = stop + 1;
    }
  }
  return out;
}

const dashed = (text, day, month, year) => (text ? `${text.slice(...year)}-${text.slice(...month)}-${text.slice(...day)}` : '');
const readers = {
  'callcenter.csv'(line) {
    const [id, full, phone, phone2, address, dob] = cells(line, ',');
    return { id, full, phone, phone2, line: address, birth: dashed(dob, [0, 2], [3, 5], [6]) };
  },
  'warranty.csv'(line) {
    const [id, title, given, middle, family, former, suffix, birth, street, city, region, postcode, email, phone] = cells(line, ';');
    return { id, title, given, middle, family, former, suffix, birth: dashed(birth, [6], [4, 6], [0, 4]), street, city, region, postcode, email, phone };
  },
  'web.jsonl'(line) {
    const { account, profile: p = {}, address: a = {}, company, loyalty } = JSON.parse(line);
    return { id: account, given: p.first, family: p.last, organization: p.last ? '' : company, email: p.email, birth: p.dob, phone: p.phones?.[0],
      phone2: p.phones?.[1], street: a?.street, unit: a?.unit, city: a?.city, region: a?.state, postcode: a?.postcode, country: a?.country,
      tier: loyalty === 'none' ? '' : loyalty };
  },
  'mail.jsonl'(line) {
    const { message_id: id, from: f = {}, signature: s = {} } = JSON.parse(line);
    return { id, full: f.name, email: f.address, phone: s?.phone, street: s?.street, city: s?.city, region: s?.region, postcode: s?.postcode };
  },
};
const note = ' asked about opening hours, delivery and the return of what did not fit; wants to be called in the evening only, not on weekends'.repeat(2);

// Write it: `parts` is how many records go into which file, one after the other.
export async function makeCrm(work, seed, parts) {
  const count = parts.reduce((sum, part) => sum + part.records, 0);
  const made = join(work, 'made');
  mkdirSync(made, { recursive: true });
  spawnSync(generate, ['--seed', String(seed), '--records', String(count), '--out', made], { stdio: 'inherit' });
  let part = -1, left = 0, fd, rows = [];
  const flush = () => { if (rows.length) writeSync(fd, rows.join('')); rows = []; };
  for (const [file, read] of Object.entries(readers)) {
    let first = file.endsWith('.csv');
    for await (const line of createInterface({ input: createReadStream(join(made, file)), crlfDelay: Infinity })) {
      if (first || line === '') { first = false; continue; }
      while (left === 0) {
        if (fd !== undefined) { flush(); closeSync(fd); }
        left = parts[++part].records;
        fd = openSync(join(work, parts[part].file), 'w');
        rows.push(`${columns.join(',')}\n`);
      }
      left--;
      const record = read(line);
      const cut = columns.slice(0, -1).map((column) => field(record[column] ?? '')).join(',');
      rows.push(`${cut},${field(note.slice(0, Math.max(0, 295 - cut.length)))}\n`);
      if (rows.length === 5000) flush();
    }
  }
  flush();
  closeSync(fd);
  rmSync(made, { recursive: true, force: true });
}
