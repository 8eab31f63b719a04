// How long a record takes on a quiet system from its arrival to the published customer, by file, by webhook and by mail. A
// round trip of the question that sees it there is part of what is printed, and printed beside it.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instance, sleep, until } from '../system/axle.mjs';
import { connections, request } from '../system/request.mjs';
import { Dovecot } from '../system/services/dovecot.mjs';
import { quantile } from './measure.mjs';

const arrivals = Number(process.env.BENCH_ARRIVALS ?? 200);
const between = 100; // milliseconds: quiet, but no longer than needed

const work = mkdtempSync(join(tmpdir(), 'axle-bench-'));
const site = join(work, 'site');
mkdirSync(join(site, 'mappings'), { recursive: true });
const mapping = (name, connector, from, format, key, email) =>
  writeFileSync(join(site, `mappings/${name}.xml`), `<source xmlns="urn:axle:source:1" name="${name}" connector="${connector}">
  <from>${from}</from>
  <format>${format}</format>
  <record class="customer" key="${key}"><value of="customer.email" from="${email}"/></record>
</source>
`);
mapping('files', 'web', '<directory pattern="*.csv"/>', '<csv/>', 'id', 'email');
mapping('hooks', 'web', '<push/>', '<json/>', '/id', '/email');

const dovecot = await Dovecot.open();
let mailbox;
if (dovecot) {
  writeFileSync(join(site, 'password'), `${dovecot.password}\n`, { mode: 0o600 });
  mapping('mails', 'mail', `<imap url="${dovecot.url('imap', 'INBOX')}" user="anna" password-file="password"/>`, '<mime/>', 'Message-ID',
    'From.address');
  mailbox = dovecot.mailbox('anna');
}

const instance = new Instance({ AXLE_SITE: site });
const agent = connections(1);
let url, token;
const ask = (method, path, body) =>
  request(url, path, { agent, method, token, body, headers: body ? { 'content-type': 'application/json' } : {} });

// Milliseconds from `arrive` until the record has a customer.
async function published(source, key, arrive) {
  const path = `/v1/sources/${source}/records/${encodeURIComponent(key)}`;
  const from = performance.now();
  await arrive();
  for (;;) {
    const { status, text } = await ask('GET', path);
    if (status === 200 && JSON.parse(text).customers.some(({ id }) => id)) return performance.now() - from;
    if (performance.now() - from > 20000) throw new Error(`${source} ${key}: not published`);
    await sleep(2);
  }
}

async function measure(what, aim, source, key, arrive) {
  const times = [];
  for (let i = 0; i < arrivals; i++) {
    await sleep(between);
    times.push(await published(source, key(i), () => arrive(i)));
  }
  const ms = (share) => quantile(times, share).toFixed(0).padStart(5);
  console.log(`  ${what.padEnd(14)} median ${ms(.5)} ms, p99 ${ms(.99)} ms (aim ${aim}), longest ${ms(1)} ms`);
}

try {
  instance.up();
  ({ AXLE_URL: url, AXLE_TOKEN: token } = instance.env());
  const trips = [];
  for (let i = 0; i < 200; i++) {
    const from = performance.now();
    await ask('GET', '/v1/sources/files/records/none');
    trips.push(performance.now() - from);
  }
  console.log(`from arrival to published, ${arrivals} each, one at a time; a question takes ${quantile(trips, .5).toFixed(1)} ms`);
  const folder = join(instance.home, 'in/files');
  await measure('a file', 1000, 'files', (i) => `f${i}`, (i) => {
    writeFileSync(join(folder, `.f${i}`), `id,email\nf${i},f${i}@example.com\n`);
    renameSync(join(folder, `.f${i}`), join(folder, `f${i}.csv`));
  });
  await measure('a webhook', 1000, 'hooks', (i) => `h${i}`,
    (i) => ask('POST', '/v1/push/hooks', JSON.stringify({ id: `h${i}`, email: `h${i}@example.com` })));
  if (!dovecot) console.log('  a mail         skipped: Dovecot is not installed');
  else {
    const mail = (i) => `Message-ID: <m${i}@example.org>\r\nFrom: M <m${i}@example.org>\r\nSubject: hello\r\n\r\nHello.\r\n`;
    await mailbox.append('INBOX', [mail('first')]);
    await until('the mailbox is read', async () => (await ask('GET', '/v1/sources/mails/records/mfirst%40example.org')).status === 200, 60);
    await measure('a mail (IDLE)', 2000, 'mails', (i) => `m${i}@example.org`, (i) => mailbox.append('INBOX', [mail(i)]));
  }
} finally {
  agent.destroy();
  instance.remove();
  await dovecot?.close();
  rmSync(work, { recursive: true, force: true });
}
