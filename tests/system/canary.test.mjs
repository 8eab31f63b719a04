// Secrets and people leave no trace where they do not belong: in no log, no argument list, no environment, no status,
// no metric; whatever goes well, and whatever fails.
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Instance, sleep, until } from './axle.mjs';
import { Dovecot } from './services/dovecot.mjs';
import { Postgres } from './services/postgres.mjs';
import { LOGIN, Shop } from './services/shop.mjs';
import { Sshd } from './services/sshd.mjs';

// Of everybody's name, address and notes; nothing else has it.
const PERSON = 'zanariczk';
const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
const axle = new Instance({ AXLE_SITE: site });
const shops = {};
const secrets = new Map(); // what must be nowhere, and what it is
let dovecot, sshd, postgres, url, token;

const secret = (what, text) => { secrets.set(text, what); return text; };
const keep = (file, text) => writeFileSync(join(site, file), `${text}\n`, { mode: 0o600 });
const escape = (text) => text.replaceAll('&', '&amp;');

function add(name, connector, from, format, fields = {}) {
  const of = { id: '/id', name: '/name', email: '/email', born: '/born', ...fields };
  writeFileSync(join(site, 'mappings', `${name}.xml`), `<source xmlns="urn:axle:source:1" name="${name}" connector="${connector}" trust="50" region="AU">
  <from>${from}</from>
  <format>${format}</format>
  <record class="customer" key="${of.id}">
    <value of="customer.name.full" from="${of.name}"/>
    <value of="customer.email" from="${of.email}"/>
    ${of.born ? `<value of="customer.birth_date" from="${of.born}" date="YYYY-MM-DD"/>` : ''}
  </record>
</source>
`);
}

const csv = { id: 'id', name: 'name', email: 'email', born: 'born' };
const order = { id: '/id', name: '/customer/family', email: '/customer/email', born: '/total' };
const paging = 'paging="link" next="/links/next" size="per_page" page-size="10" id="/id" every="300ms"';

async function addShops() {
  for (const login of ['basic', 'key', 'oauth', 'none']) {
    shops[login] = await Shop.open({ login });
    for (let i = 1; i <= 15; i++) shops[login].put(i, { customer: { family: `${PERSON} ${login} ${i}`, email: `${PERSON}${i}@${login}.example` } });
  }
  secret('the password of a shop', LOGIN.password);
  secret('the key of a shop', LOGIN.key);
  secret('the secret of a client', LOGIN.secret);
  keep('shop.password', LOGIN.password);
  keep('shop.key', LOGIN.key);
  keep('shop.secret', LOGIN.secret);
  keep('wrong.password', secret('a wrong password', 'canary-of-a-wrong-password'));
  const at = (login) => escape(shops[login].url('/body'));
  add('basic', 'web', `<http url="${at('basic')}" ${paging} user="${LOGIN.user}" password-file="shop.password"/>`, '<json records="/orders"/>', order);
  add('key', 'web', `<http url="${at('key')}" ${paging} header="${LOGIN.header}" key-file="shop.key"/>`, '<json records="/orders"/>', order);
  add('oauth', 'web', `<http url="${at('oauth')}" ${paging} token-url="${escape(shops.oauth.url('/token'))}" client="${LOGIN.client}" secret-file="shop.secret"/>`,
    '<json records="/orders"/>', order);
  add('refused', 'web', `<http url="${at('basic')}" ${paging} user="${LOGIN.user}" password-file="wrong.password"/>`, '<json records="/orders"/>', order);
  add('unfit', 'web', `<http url="${at('none')}" ${paging}/>`, '<json records="/nowhere"/>', order);
}

async function addMailbox() {
  dovecot = await Dovecot.open();
  if (!dovecot) return console.log('skipped: Dovecot is not installed');
  keep('mail.password', secret('the password of a mailbox', dovecot.password));
  const mail = (i, body) => [`From: ${PERSON} ${i} <${PERSON}${i}@mail.example>`, `Message-ID: <${PERSON}${i}@mail.example>`,
    `Subject: ${PERSON}`, ...body, ''].join('\r\n');
  await dovecot.mailbox('office').append('INBOX', [mail(1, ['', `Yours, ${PERSON}`]),
    mail(2, ['Content-Type: multipart/mixed; boundary=b', '', ...Array.from({ length: 2000 }, () => `--b\n\n${PERSON}\n`)]),
    mail(3, [`Content-Type: text/plain; charset=${PERSON}`, 'Content-Transfer-Encoding: base64', '', `!!${PERSON}!!`])]);
  const fields = { id: 'Message-ID', name: 'From.name', email: 'From.address', born: '' };
  add('office', 'mail', `<imap url="${dovecot.url('imap')}" user="office" password-file="mail.password" every="1s"/>`, '<mime/>', fields);
  // Dovecot itself asks for a while before it refuses.
  add('locked', 'mail', `<imap url="${dovecot.url('imap')}" user="office" password-file="wrong.password" every="1s"/>`, '<mime/>', fields);
  return dovecot;
}

async function addFiles() {
  sshd = await Sshd.start();
  if (!sshd) return console.log('skipped: the OpenSSH server is not installed');
  const key = readFileSync(sshd.key, 'utf8').split('\n');
  secret('a private key', key[2]);
  mkdirSync(join(sshd.files, 'cards'));
  writeFileSync(join(sshd.files, 'cards/a.csv'), `id,name,email,born\n1,${PERSON} Card,${PERSON}@card.example,not ${PERSON}\n2,"${PERSON}`);
  add('cards', 'warranty', `<sftp url="${sshd.url()}/cards" user="${sshd.user}" key-file="${sshd.key}" every="300ms" pattern="*.csv" host-key="${sshd.hostKey}"/>`,
    '<csv/>', csv);
  return sshd;
}

async function addDatabase() {
  postgres = await Postgres.start();
  if (!postgres) return console.log('skipped: PostgreSQL is not installed');
  const [, password] = /password=(\S+)/.exec(postgres.dsn());
  secret('the password of another database', password);
  keep('calls.dsn', postgres.dsn());
  keep('shut.dsn', postgres.dsn().replace(password, 'canary-of-a-wrong-password'));
  postgres.sql(`create table call (id integer primary key, name text, email text, born text, changed timestamptz default now())`);
  postgres.sql(`insert into call select i, '${PERSON} ' || i, '${PERSON}' || i || '@call.example', '${PERSON}' from generate_series(1, 10) i`);
  const from = (dsn, query) => `<postgresql dsn-file="${dsn}" query="${query}" mark="changed" id="id" every="300ms"/>`;
  add('calls', 'callcenter', from('calls.dsn', 'select * from call'), '<json/>');
  add('shut', 'callcenter', from('shut.dsn', 'select * from call'), '<json/>');
  // The other server's complaint quotes what a row holds.
  add('broken', 'callcenter', from('calls.dsn', 'select id, name::integer as name, email, born, changed from call'), '<json/>');
  return postgres;
}

before(async () => {
  mkdirSync(join(site, 'mappings'));
  add('files', 'web', '<directory pattern="*"/>', '<csv/>', csv);
  add('lines', 'web', '<directory pattern="*"/>', '<jsonl/>');
  add('pushed', 'web', '<push/>', '<json/>');
  add('signed', 'web', '<push secret-file="hook.secret"/>', '<json/>');
  keep('hook.secret', `whsec_${secret('what deliveries are signed with', Buffer.from('canary of a signature').toString('base64'))}`);
  await addShops();
  await addMailbox();
  await addFiles();
  await addDatabase();
  axle.up();
  const env = axle.env();
  url = env.AXLE_URL;
  token = secret('the token of the instance', env.AXLE_TOKEN);
});
after(async () => {
  for (const shop of Object.values(shops)) await shop.stop();
  if (dovecot) await dovecot.close();
  if (sshd) await sshd.remove();
  if (postgres) postgres.remove();
  rmSync(site, { recursive: true, force: true });
  axle.remove(); // last: it fails where a log holds a complaint
});

const received = (source) => Number(axle.sql(`select coalesce(sum(received), 0) from axle.conservation where source = '${source}'`)[0][0]);
const state = (source) => axle.sql(`select state from axle.source where name = '${source}'`)[0]?.[0];

function drop(source, name, text) {
  writeFileSync(join(axle.home, name), text);
  renameSync(join(axle.home, name), join(axle.home, 'in', source, name));
}

async function call(method, path, body, headers = { authorization: `Bearer ${token}` }) {
  const answer = await fetch(url + path, { method, body, headers: { 'content-type': 'application/json', ...headers } });
  await answer.text();
  return answer.status;
}

async function deliver() {
  drop('files', 'good.csv', `id,name,email,born\n1,${PERSON} One,${PERSON}@file.example,${PERSON}\n2,${PERSON},${PERSON},1970-99-99\n`);
  drop('files', 'bad.csv', `id,name,email,born\n3,"${PERSON}" x,${PERSON}\n4,${PERSON}\xff,\n`);
  drop('files', 'worse.csv', `${PERSON};${PERSON}\0\n"${PERSON}`);
  drop('files', 'packed.csv.gz', `\x1f\x8b${PERSON}`);
  drop('lines', 'lines.jsonl', `{"id":"1","name":"${PERSON}"}\n{"id":"2","name":"${PERSON}\n{"${PERSON}":[[[[\n`);
  assert.equal(await call('PUT', '/v1/sources/pushed/records/1', JSON.stringify({ id: '1', name: `${PERSON} Pushed`, email: `${PERSON}@push.example` })), 202);
  for (const body of [`{"id":"1","name":"${PERSON}`, `["${PERSON}"]`, `${PERSON}`, '']) await call('PUT', `/v1/sources/pushed/records/${PERSON}`, body);
  await call('POST', '/v1/records:batch', `{"${PERSON}":"${PERSON}"}`);
  const body = JSON.stringify({ id: '2', name: `${PERSON} Signed`, email: `${PERSON}@sign.example` });
  const at = Math.floor(Date.now() / 1000), id = randomUUID();
  const key = Buffer.from(readFileSync(join(site, 'hook.secret'), 'utf8').trim().slice(6), 'base64');
  const signature = secret('a signature', createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64'));
  const hook = (sign) => call('POST', '/v1/push/signed', body, { 'webhook-id': id, 'webhook-timestamp': `${at}`, 'webhook-signature': `v1,${sign}` });
  assert.equal(await hook(signature), 202);
  assert.equal(await hook(secret('a wrong signature', Buffer.from('canary of a wrong signature').toString('base64'))), 401);
  const wrong = secret('a wrong token', 'axle_canary-of-a-wrong-token-that-nobody-has-been-given');
  assert.equal(await call('GET', `/v1/customers?email=${PERSON}@push.example`, undefined, { authorization: `Bearer ${wrong}` }), 401);
  for (const path of [`/v1/customers?email=${PERSON}@push.example`, `/v1/customers?name=${PERSON}`, `/v1/customers?${PERSON}=1`,
    `/v1/customers/${PERSON}`, `/v1/sources/pushed/records/${PERSON}`, `/${PERSON}`]) await call('GET', path);
  await call('POST', '/v1/customers:match', `{"name":{"family":"${PERSON}"},"birth_date":{}}`);
}

// A connection that was kept open may have been closed by now: then another one.
const read = async (path) => (await fetch(url + path).catch(() => fetch(url + path))).text();

// Everything that an instance shows to somebody who is not asking for a customer: {where: text}.
async function shown() {
  const places = {};
  for (const folder of ['log', 'run'])
    for (const name of readdirSync(join(axle.home, folder)))
      if (statSync(join(axle.home, folder, name)).isFile() && `${folder}/${name}` !== 'run/token')
        places[`${folder}/${name}`] = readFileSync(join(axle.home, folder, name), 'latin1');
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
      if (!environment.split('\0').includes(`AXLE_HOME=${axle.home}`)) continue;
      places[`environment of ${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()}`] = environment;
      places[`arguments of process ${pid}`] = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
    } catch { /* it has ended */ }
  }
  places.status = axle.axle('status').stdout + axle.axle('status').stderr;
  places['status --json'] = axle.axle('status', '--json').stdout;
  places.metrics = await read('/metrics');
  places.readyz = await read('/readyz');
  for (const table of ['axle.source', 'hub.source_state', 'hub.lease']) places[table] = axle.sql(`select * from ${table}`).join('\n');
  // Keys, cursors and answers kept are the hub's own business, secrets are not.
  const inside = axle.sql(`select s::text from hub.stream s union all select m.body from hub.mapping m union all select t::text from hub.token t`).join('\n');
  return { places, inside };
}

async function look(when) {
  const { places, inside } = await shown();
  assert.ok(Object.keys(places).length > 15, `${Object.keys(places)}`);
  for (const shop of Object.values(shops)) for (const given of shop.tokens.keys()) secret('a token that was given', given);
  const plain = [...secrets].flatMap(([text, what]) => [[text, what], [Buffer.from(`${LOGIN.user}:${text}`).toString('base64'), `${what}, as it is sent`]]);
  for (const [where, text] of Object.entries(places)) {
    for (const [each, what] of plain) assert.ok(!text.includes(each), `${when}: ${where} shows ${what}`);
    const at = text.toLowerCase().indexOf(PERSON);
    assert.ok(at < 0, `${when}: ${where} shows a person: ${text.slice(Math.max(0, at - 150), at + 50)}`);
  }
  for (const [each, what] of plain) assert.ok(!inside.includes(each), `${when}: the database holds ${what}`);
}

test('what comes from everywhere leaves no trace outside of the records', async (t) => {
  await deliver();
  const want = { basic: 15, key: 15, oauth: 15, files: 3, lines: 3, pushed: 1, signed: 1,
    ...(dovecot ? { office: 3 } : {}), ...(sshd ? { cards: 2 } : {}), ...(postgres ? { calls: 10, broken: 10 } : {}) };
  for (const [source, least] of Object.entries(want))
    await until(`${source} arrives`, () => received(source) >= least, 30).catch((error) => {
      throw new Error(`${error.message}: ${received(source)}, ${axle.sql(`select state, error from axle.source where name = '${source}'`)}`);
    });
  for (const source of ['refused', ...(dovecot ? ['locked'] : []), ...(postgres ? ['shut'] : [])])
    await until(`${source} fails`, () => state(source) === 'failing', 30);
  t.diagnostic((await axle.axleLater('wait', '--timeout', '30')).stderr);
  assert.ok(axle.sql(`select count(*) from axle.customer where display_name ilike '%${PERSON}%'`)[0][0] > 0, 'they are in the hub');
  t.diagnostic(`${axle.sql('select count(*) from axle.reject')[0][0]} rejects`);
  assert.ok(Number(axle.sql('select count(*) from axle.reject')[0][0]) > 3, 'some could not be read');
  await look('in peace');
});

function kill(pid, signal = 'SIGKILL') {
  try { process.kill(pid, signal); } catch { /* it was faster */ }
}

test('nor while everything breaks', async (t) => {
  for (let round = 0; round < 3; round++) {
    drop('files', `more${round}.csv`, `id,name,email,born\n${Array.from({ length: 300 }, (_, i) => `r${round}-${i},${PERSON} ${i},${PERSON}${i}@r${round}.example,\n`).join('')}`);
    await sleep(100);
    for (const program of ['axle-web', 'axle-worker', 'axle-mail', 'axle-callcenter'])
      for (const pid of axle.processes(program)) kill(pid);
    const server = await until('the server runs', () => axle.status().processes.find(({ program }) => program === 'postgres').process, 20);
    kill(server, round % 2 ? 'SIGKILL' : 'SIGQUIT');
    for (const shop of Object.values(shops)) shop.next(500, {}, `${PERSON} ${LOGIN.password}`);
    await sleep(300);
    await call('PUT', '/v1/sources/pushed/records/9', JSON.stringify({ id: '9', name: PERSON })).catch(() => {});
  }
  await until('all answer', async () => (await fetch(`${url}/readyz`).catch(() => ({}))).status === 200, 20);
  const { stderr } = await axle.axleLater('wait', '--timeout', '30');
  t.diagnostic(stderr);
  await look('after kills');
  axle.down();
  axle.up();
  url = axle.env().AXLE_URL;
  await look('after a restart');
});
