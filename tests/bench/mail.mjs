// A mailbox: messages a second from a Dovecot into the inbox, durably, with no worker taking them out. Printed beside a
// client that merely fetches the same messages, in the same run.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instance, until } from '../system/axle.mjs';
import { Dovecot } from '../system/services/dovecot.mjs';
import { fdatasyncMs } from './measure.mjs';

const messages = Number(process.env.BENCH_MAILED ?? 10000);
const text = `${'We write about the order of last week and the invoice that came with it.\r\n'.repeat(30)}`;
const mail = (i) => [`Message-ID: <${i}@mailed.example>`, `From: "Given${i % 5003} Family${i}" <person${i}@mail${i % 97}.example>`,
  'To: office@example.com', 'Date: Mon, 2 Mar 2026 10:00:00 +0100', `Subject: order ${i}`, '', text].join('\r\n');

const dovecot = await Dovecot.open();
if (!dovecot) {
  console.log('mail: skipped: Dovecot is not installed');
  process.exit(0);
}
const site = mkdtempSync(join(tmpdir(), 'axle-bench-'));
mkdirSync(join(site, 'mappings'));
writeFileSync(join(site, 'password'), `${dovecot.password}\n`, { mode: 0o600 });
writeFileSync(join(site, 'mappings/mailed.xml'), `<source xmlns="urn:axle:source:1" name="mailed" connector="mail">
  <from><imap url="${dovecot.url('imap')}" user="mailed" password-file="password"/></from>
  <format><mime/></format>
  <record class="customer" key="Message-ID"><value of="customer.email" from="From.address"/></record>
</source>
`);
const instance = new Instance({ AXLE_SITE: site, AXLE_WORKERS: '0', AXLE_INBOX_MOST: '100000000' });
try {
  await dovecot.mailbox('mailed').deliver(Array.from({ length: messages }, (_, i) => mail(i)));
  instance.up();
  const count = () => Number(instance.sql('select count(*) from hub.inbox')[0][0]);
  await until('all are there', () => count() >= messages, 300);
  // From the first batch that was stored to the last: when the connector began is nobody's choice.
  const [[rate]] = instance.sql(`with batch as (select received_at, count(*) n from hub.inbox group by 1)
    select round((sum(n) - (array_agg(n order by received_at))[1]) / extract(epoch from max(received_at) - min(received_at))) from batch`);
  const client = await dovecot.client('mailed');
  await client.command('EXAMINE INBOX');
  const from = process.hrtime.bigint();
  await client.command('UID FETCH 1:* (UID BODY.PEEK[])');
  const bare = messages / (Number(process.hrtime.bigint() - from) / 1e9);
  client.close();
  console.log(`mail: ${count()} messages of ${messages}, ${rate} messages/s of ${mail(0).length} bytes into the inbox (aim 1000)`);
  console.log(`  a client that only fetches them ${bare.toFixed(0)}/s: ${(bare / rate).toFixed(1)} times as many`);
  console.log(`  an fdatasync of 8 KiB           ${fdatasyncMs(instance.home).toFixed(3)} ms`);
  if (count() !== messages) process.exitCode = 1;
} finally {
  instance.remove();
  await dovecot.close();
  rmSync(site, { recursive: true, force: true });
}
