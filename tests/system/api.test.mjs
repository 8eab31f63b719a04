// The REST face of a running instance: what other systems see, and what hostile ones get.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Instance, sleep, until } from './axle.mjs';
import { connections, request } from './request.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
mkdirSync(join(site, 'mappings'));
writeFileSync(join(site, 'mappings/shop.xml'),
  `<source xmlns="urn:axle:source:1" name="shop" connector="web" trust="60" region="AU">
  <description>Accounts of the web shop</description>
  <from><directory pattern="*.csv"/></from>
  <format><csv delimiter="," encoding="UTF-8" header="yes"/></format>
  <record class="customer" key="id">
    <value of="customer.name.given" from="first"/>
    <value of="customer.name.family" from="last"/>
    <value of="customer.birth_date" from="dob" date="YYYY-MM-DD"/>
    <value of="customer.email" from="email"/>
    <value of="customer.phone" from="phone"/>
    <value of="customer.address.street" from="street"/>
    <value of="customer.address.postcode" from="postcode"/>
    <value of="customer.identifier" scheme="loyalty" from="card"/>
  </record>
</source>
`);
const rows = `id,first,last,dob,email,phone,street,postcode,card
a/1,Ann,O'Brien,1978-11-12,ann@example.org,0412 345 678,1 Main St,2000,AB-123
a 2,Ann,O'Brien,1978-11-12,ann@example.org,+61 412 345 678,1 Main Street,2000,AB-123
ü3,Jürgen,Müller,1960-01-31,jm@example.org,,,3000,
b4,Max,Muller,1991,max@example.org,,,4000,
b5,Eve,Chan,1985-05-05,eve@example.org,,,5000,
`;

const axle = new Instance({ AXLE_SITE: site });
let env;
let url;
let agent;

before(async () => {
  axle.up();
  env = axle.env();
  url = new URL(env.AXLE_URL);
  writeFileSync(join(axle.home, 'rows.csv'), rows);
  renameSync(join(axle.home, 'rows.csv'), join(axle.home, 'in/shop/rows.csv'));
  await until('the rows are published', () => axle.sql('select count(*) from hub.link')[0][0] === '5', 30);
  axle.must('wait', '--timeout', '30');
  agent = connections(1);
});
after(() => {
  agent?.destroy();
  axle.remove();
  rmSync(site, { recursive: true, force: true });
});

const ask = (path, { token = env.AXLE_TOKEN, ...more } = {}) => request(url, path, { agent, token, ...more });

// Raw bytes to the server, and the status that it answers: 0 when it hangs up without one.
const say = (bytes) => new Promise((done, fail) => {
  let heard = '';
  const socket = connect(url.port, url.hostname, () => { socket.write(bytes); });
  const status = () => Number(/^HTTP\/1\.\d (\d{3})/.exec(heard)?.[1] ?? 0);
  socket.setTimeout(40000, () => fail(new Error('no answer')));
  socket.on('data', (part) => {
    heard += part.toString('latin1');
    if (heard.includes('\r\n\r\n')) { done(status()); socket.destroy(); }
  });
  socket.on('error', () => done(status()));
  socket.on('close', () => done(status()));
});

const one = async (query) => {
  const { json } = await ask(`/v1/customers?${query}`);
  assert.equal(json.items.length, 1, query);
  return json.items[0];
};

const problem = (answer, status, kind) => {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers['content-type'], /^application\/problem\+json/);
  assert.equal(answer.json.type, `urn:axle:problem:${kind}`);
  assert.equal(answer.json.status, status);
};

test('a customer by id, with its version as ETag', async () => {
  const found = await one('email=ANN@example.org');
  const answer = await ask(`/v1/customers/${found.id}`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers['content-type'], /^application\/json/);
  const { updated_at: at, records, ...customer } = answer.json;
  assert.match(at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(records, [
    { source: 'shop', key: 'a 2', part: '' }, { source: 'shop', key: 'a/1', part: '' }]);
  assert.equal(customer.kind, 'person');
  assert.deepEqual(customer.name, { given: 'Ann', family: "O'Brien" });
  assert.equal(customer.birth_date, '1978-11-12');
  assert.deepEqual(customer.emails, [{ value: 'ann@example.org', primary: true }]);
  assert.equal(customer.phones[0].value, '+61412345678');
  assert.equal(customer.identifiers[0].scheme, 'loyalty');
  assert.equal(customer.addresses[0].postcode, '2000');
  assert.equal(answer.headers.etag, `"${customer.version}"`);

  const same = await ask(`/v1/customers/${found.id}`, { headers: { 'if-none-match': answer.headers.etag } });
  assert.equal(same.status, 304);
  assert.equal(same.text, '');
  const head = await ask(`/v1/customers/${found.id}`, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.text, '');
  assert.equal(head.headers['content-length'], answer.headers['content-length']);
});

test('ids that stand for no customer', async () => {
  problem(await ask('/v1/customers/018f0000-0000-7000-8000-000000000000'), 404, 'not-found');
  problem(await ask('/v1/customers/nonsense'), 400, 'bad-parameter');
  const { id } = await one('email=eve@example.org');
  const [old, split, gone] = [1, 2, 3].map((n) => `018f0000-0000-7000-8000-00000000000${n}`);
  axle.sql(`insert into hub.customer (customer_id, version, retired_at, records) values
    ('${old}', 2, now(), array(select record_id from hub.link where customer_id = '${id}')),
    ('${split}', 2, now(), array(select record_id from hub.link)),
    ('${gone}', 2, now(), '{}')`);
  const moved = await ask(`/v1/customers/${old}`);
  assert.equal(moved.status, 301);
  assert.equal(moved.headers.location, `/v1/customers/${id}`);
  assert.equal(moved.headers['cache-control'], 'no-store');
  const several = await ask(`/v1/customers/${split}`);
  assert.equal(several.status, 300);
  assert.equal(several.json.customers.length, 4);
  assert.deepEqual(several.json.customers.flatMap((c) => c.records.map((r) => r.key)).sort(),
    ['a 2', 'a/1', 'b4', 'b5', 'ü3'].sort());
  problem(await ask(`/v1/customers/${gone}`), 410, 'gone');
});

test('search: any way of writing, all criteria together, nothing found', async () => {
  const ann = await one('email=ann@example.org');
  for (const query of ['phone=0412345678', 'phone=%2B61412345678', 'phone=(0412)%20345%20678',
    'name=obrien%20ann', "name=Ann%20O'BRIEN", 'birth_date=1978-11-12', 'postcode=2000', 'identifier=ab123',
    'identifier=loyalty:AB-123', 'q=ann@example.org', 'name=ann&postcode=2000'])
    assert.equal((await one(query)).id, ann.id, query);
  for (const query of ['email=nobody@example.org', 'phone=0499999999', 'name=zebedee', 'name=ann&postcode=3000'])
    assert.deepEqual((await ask(`/v1/customers?${query}`)).json, { items: [], next: null }, query);
  assert.equal((await ask('/v1/customers?name=M%C3%BCller')).json.items.length, 2);
});

test('search in pages', async () => {
  const seen = [];
  for (let query = 'name=muller&limit=1'; ;) {
    const { items, next } = (await ask(`/v1/customers?${query}`)).json;
    seen.push(...items.map((item) => item.id));
    if (!next) break;
    query = `name=muller&limit=1&cursor=${next}`;
  }
  assert.equal(new Set(seen).size, 2);
  assert.equal(seen.length, 2);
});

test('a source record by its key, whatever the key holds', async () => {
  const ann = await one('email=ann@example.org');
  for (const key of ['a/1', 'a 2']) {
    const answer = await ask(`/v1/sources/shop/records/${encodeURIComponent(key)}`);
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json.customers, [{ part: '', id: ann.id }]);
    assert.equal(answer.json.state, 'current');
    assert.equal(answer.json.version, 1);
    assert.deepEqual(answer.json.values['customer.email'], ['ann@example.org']);
  }
  assert.equal((await ask('/v1/sources/shop/records/%C3%BC3')).json.key, 'ü3');
  problem(await ask('/v1/sources/shop/records/none'), 404, 'not-found');
  problem(await ask('/v1/sources/none/records/b4'), 404, 'not-found');
  problem(await ask('/v1/sources/shop/records/a/1'), 404, 'not-found');
});

test('records and lineage of a customer', async () => {
  const { id } = await one('email=ann@example.org');
  const { records } = (await ask(`/v1/customers/${id}/records`)).json;
  assert.deepEqual(records.map((r) => r.source_key), ['a 2', 'a/1']);
  const { lineage } = (await ask(`/v1/customers/${id}/lineage`)).json;
  const birth = lineage.find((row) => row.element === 'birth_date');
  assert.equal(birth.value, '1978-11-12');
  assert.equal(birth.source, 'shop');
});

test('who may: tokens, scopes, revoking', async () => {
  for (const token of [null, 'axle_wrong', '', 'x'.repeat(3000)]) {
    const answer = await ask('/v1/customers?q=ann', { token });
    problem(answer, 401, 'unauthorized');
    assert.match(answer.headers['www-authenticate'], /^Bearer/);
  }
  const push = axle.must('token', 'create', 'feeder', '--scopes', 'push:shop').trim();
  problem(await ask('/v1/customers?q=ann', { token: push }), 403, 'forbidden');
  const read = axle.must('token', 'create', 'reader', '--scopes', 'read').trim();
  assert.match(read, /^axle_[\w-]{43}$/);
  assert.equal((await ask('/v1/customers?q=ann', { token: read })).status, 200);
  assert.ok(JSON.parse(axle.must('token', 'list', '--json')).some((row) => row.name === 'reader'));
  axle.must('token', 'revoke', 'reader');
  await until('a revoked token is refused', async () =>
    (await ask('/v1/customers?q=ann', { token: read })).status === 401);
});

test('what is asked wrongly is refused clearly', async () => {
  problem(await ask('/v1/nothing'), 404, 'not-found');
  const wrong = await ask('/v1/customers', { method: 'DELETE' });
  problem(wrong, 405, 'method-not-allowed');
  assert.match(wrong.headers.allow, /GET/);
  problem(await ask('/v1/customers?q=ann', { headers: { accept: 'application/xml' } }), 406, 'not-acceptable');
  problem(await ask('/v1/customers'), 400, 'bad-parameter');
  const limit = await ask('/v1/customers?q=ann&limit=many');
  problem(limit, 400, 'bad-parameter');
  assert.equal(limit.json.parameter, 'limit');
  problem(await ask('/v1/customers?name=%zz'), 400, 'bad-request');
  problem(await ask('/v1/customers?name=%00'), 400, 'bad-request');
  problem(await ask('/v1/customers?name=%ff'), 400, 'bad-request');
  problem(await ask('/v1/sources/shop/records/%c0%af'), 400, 'bad-request');
  // Depending on timing the server may hang up on the sender first: the status is what counts.
  assert.equal(await say(`PUT /v1/customers HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n`), 413);
});

test('one connection serves many requests', async () => {
  const opened = async () =>
    Number(/^axle_http_connections_opened (\d+)$/m.exec((await ask('/metrics', { token: null })).text)[1]);
  const sockets = new Set();
  const before = await opened();
  for (let i = 0; i < 50; i++) {
    const path = ['/v1/customers?q=eve', '/v1/nothing', '/healthz', '/v1/customers'][i % 4];
    sockets.add((await ask(path)).socket);
  }
  assert.equal(sockets.size, 1);
  assert.equal(await opened(), before);
});

test('health, readiness and metrics need no token', async () => {
  for (const path of ['/healthz', '/readyz']) assert.equal((await ask(path, { token: null })).status, 200);
  const { text, headers } = await ask('/metrics', { token: null });
  assert.match(headers['content-type'], /^text\/plain/);
  for (const name of ['axle_pending 0', 'axle_jobs 0', 'axle_customers ', 'axle_database_up 1', 'axle_http_queue 0'])
    assert.ok(text.includes(`\n${name}`), name);
  assert.match(text, /axle_http_requests_total\{route="\/v1\/customers",method="GET",status="200"\} \d+/);
  assert.match(text, /axle_http_request_seconds_bucket\{.*le="\+Inf"\} \d+/);
});

test('torture: a clear refusal or a right answer, never 5xx, and the server goes on', async () => {
  const host = 'Host: x\r\n';
  const long = 'a'.repeat(1 << 20);
  for (const bytes of [
    `POST /v1/customers HTTP/1.1\r\n${host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
    `POST /v1/customers HTTP/1.1\r\n${host}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`,
    `POST /v1/customers HTTP/1.1\r\n${host}Content-Length: 0x10\r\n\r\n`,
    `GET /healthz HTTP/1.1\n${host.replace('\r', '')}\n`,
    `GET /healthz HTTP/1.1\r\n${host}X: ${long}\r\n\r\n`,
    `GET /${long} HTTP/1.1\r\n${host}\r\n`,
    `GET /v1/customers?name=${long} HTTP/1.1\r\n${host}\r\n`,
    `GET /v1/${'a/'.repeat(8000)} HTTP/1.1\r\n${host}\r\n`,
    `GET /../../../../etc/passwd HTTP/1.1\r\n${host}\r\n`,
    `GET /v1/customers/\0 HTTP/1.1\r\n${host}\r\n`,
    `GET /healthz\r\n\r\n`,
    `${'A'.repeat(300)} /healthz HTTP/1.1\r\n${host}\r\n`,
    Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 13, 10, 13, 10]),
  ]) {
    const status = await say(bytes);
    assert.ok(status < 500, `${status} for ${String(bytes).slice(0, 80)}`);
  }
  assert.equal(await say(`GET /healthz HTTP/9.9\r\n${host}\r\n`), 505);
  for (const naughty of ["' or 1=1 --", '\\', '%', '_', '"', '{}', '\u202e\u0301', '😀', '<script>', '$1', '\t', 'ﷺ'.repeat(60)])
    for (const parameter of ['email', 'phone', 'name', 'birth_date', 'postcode', 'identifier', 'q', 'limit', 'cursor']) {
      const { status, text } = await ask(`/v1/customers?${parameter}=${encodeURIComponent(naughty)}`);
      assert.ok(status === 200 || status === 400, `${parameter} ${naughty}: ${status} ${text}`);
    }
  assert.equal((await ask('/v1/customers?q=ann')).status, 200);
  assert.equal(axle.status().processes?.find((p) => p.program === 'axle-api')?.restarts ?? 0, 0);
});

test('PostgreSQL goes away and comes back', async () => {
  const [postmaster] = axle.processes('postgres').filter((pid) => axle.sql('select 1') && pid);
  process.kill(postmaster, 'SIGKILL');
  await until('readiness tells', async () => (await ask('/readyz', { token: null })).status !== 200 ||
    !axle.processes('postgres').includes(postmaster), 10);
  assert.equal((await ask('/healthz', { token: null })).status, 200);
  await until('it answers again', async () => (await ask('/readyz', { token: null })).status === 200, 30);
  await until('customers too', async () => (await ask('/v1/customers?q=ann')).status === 200, 10);
});

test('told to end, it first answers what it has begun', async () => {
  const [pid] = axle.processes('axle-api');
  let stop = false;
  const statuses = [];
  const asking = (async () => {
    while (!stop) statuses.push(await ask('/v1/customers?q=ann').then((a) => a.status, (e) => e.code));
  })();
  await sleep(200);
  process.kill(pid, 'SIGTERM');
  await until('it has ended', () => !axle.processes('axle-api').includes(pid), 15);
  await until('another serves', async () => {
    try { return (await ask('/readyz', { token: null })).status === 200; } catch { return false; }
  }, 15);
  stop = true;
  await asking;
  assert.ok(statuses.includes(200));
  assert.ok(!statuses.includes(500));
  // While nobody listens a connection is refused, and one that waited may be reset: no answer is cut off.
  for (const status of statuses) assert.ok([200, 503, 'ECONNREFUSED', 'ECONNRESET'].includes(status), String(status));
});
