// A shop's HTTP interface as a source: every record once in every way to page, with every login, whatever
// happens to the network, the server, its clock or us.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Instance, sleep, until } from './axle.mjs';
import { assertEachOnce, campaign, faultsOf, reader } from './campaign.mjs';
import { assertSame, dice, hubOn, stateOf } from './history.mjs';
import { nameOf } from './services/names.mjs';
import { Proxy } from './services/proxy.mjs';
import { LOGIN, Shop } from './services/shop.mjs';

const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
const axle = new Instance({ AXLE_SITE: site });
const services = [];
let shop; // of those tests that change nothing of how it behaves

const shopOf = async (login, count = 0) => {
  const made = await Shop.open({ login });
  made.add(count);
  services.push(() => made.stop());
  return made;
};
const proxyOf = async (port) => {
  const made = await Proxy.open(port);
  services.push(() => made.close());
  return made;
};

const escape = (text) => text.replaceAll('&', '&amp;');
const json = '<json records="/orders"/>';
const record = `<record class="customer" key="/id">
    <value of="customer.name.family" from="/customer/family"/>
    <value of="customer.email" from="/customer/email"/>
  </record>`;
function source(name, url, settings, format = json, body = record) {
  const path = join(site, 'mappings', `${name}.xml`);
  writeFileSync(path, `<source xmlns="urn:axle:source:1" name="${name}" connector="web" trust="50" region="AU">
  <from><http url="${escape(url)}" every="300ms" ${settings}/></from>
  <format>${format}</format>
  ${body}
</source>
`);
}

const raws = (name) => axle.sql(`select replace(convert_from(p.body, 'UTF8'), chr(10), ' ') from hub.inbox i join hub.payload p using (inbox_id)
  join hub.source s using (source_id) where s.name = '${name}' order by i.inbox_id`).map(([body]) => body);
const count = (name) => Number(axle.sql(`select count(*) from hub.inbox i join hub.source s using (source_id) where s.name = '${name}'`)[0][0]);
const state = (name) => axle.sql(`select st.state, coalesce(st.error, '') from hub.source_state st join hub.source s using (source_id) where s.name = '${name}'`)[0] ?? ['', ''];
// Asking the database stops the services meanwhile: not too often.
const seldom = (probe) => async () => { await sleep(150); return probe(); };
const came = (name, records, seconds = 30) =>
  until(`${records} of ${name}`, seldom(() => count(name) >= records), seconds)
    .catch((error) => { throw new Error(`${error.message}: ${count(name)}, ${state(name)}`); });
const said = (name, words) => until(`${name}: ${words}`, seldom(() => words.test(state(name)[1])), 20)
  .catch((error) => { throw new Error(`${error.message}: ${state(name)}`); });
// A mapping that changes is read at once, whatever went wrong before.
function touch(name) {
  const path = join(site, 'mappings', `${name}.xml`);
  writeFileSync(path, readFileSync(path, 'utf8').replace(/trust="(\d+)"/, (_, trust) => `trust="${Number(trust) + 1}"`));
}
function each(name, records) {
  const ids = raws(name).map((body) => JSON.parse(body).id);
  assert.equal(ids.length, records, name);
  assert.equal(new Set(ids).size, records, name);
}
// Several more looks, which add nothing.
async function quiet(name, on = shop, looks = 6) {
  const before = count(name), asked = on.requests.length;
  await until('more looks', () => on.requests.length >= asked + looks, 20);
  assert.equal(count(name), before, `${name} grows by itself`);
}

before(async () => {
  mkdirSync(join(site, 'mappings'));
  for (const [file, text] of Object.entries({ password: LOGIN.password, key: LOGIN.key, secret: LOGIN.secret })) {
    writeFileSync(join(site, file), `${text}\n`);
    chmodSync(join(site, file), 0o600);
  }
  shop = await shopOf('none', 10000);
  axle.up();
});
after(async () => {
  axle.remove();
  for (const end of services.reverse()) await end();
  rmSync(site, { recursive: true, force: true });
});

test('10,000 records arrive once each in every way to page', async () => {
  const list = '<json/>';
  source('linked', shop.url('/link'), 'paging="link" size="per_page" page-size="500" id="/id"', list);
  source('bodied', shop.url('/body'), 'paging="link" next="/links/next" size="per_page" page-size="400" id="/id" mark="/updated_at" since="since"');
  source('cursored', shop.url('/cursor'), 'paging="cursor" next="/next" page="after" size="per_page" page-size="300" mark="/number" since="since"');
  source('numbered', shop.url('/page'), 'paging="page" page="page" size="per_page" page-size="700" id="/id"');
  source('whole', shop.url('/all'), 'id="/id"');
  source('lines', shop.url('/lines'), 'paging="link" size="per_page" id="/id"', '<jsonl/>');
  const names = ['linked', 'bodied', 'cursored', 'numbered', 'whole', 'lines'];
  for (const name of names) await came(name, 10000, 60);
  for (const name of names) each(name, 10000);
  for (const name of names) await quiet(name);
  assert.ok(shop.requests.some((line) => /^GET \/all 304$/.test(line)), 'an answer that is known is not sent again');
  assert.ok(shop.requests.some((line) => /^GET \/body\?.*since=.*Z /.test(line)), 'only what is new is asked for');
  assert.ok(shop.requests.some((line) => /^GET \/cursor\?.*since=10000 /.test(line)), 'a number marks as it is');
});

test('CSV and XML come as they are; only what changed comes again', async () => {
  const own = await shopOf('none', 3000);
  const customer = (field) => `<record class="customer" key="${field('id')}"><value of="customer.name.family" from="${field('family')}"/></record>`;
  own.gzip = true;
  source('csv', own.url('/orders.csv'), 'id="id"', '<csv/>', customer((name) => name));
  source('xml', own.url('/orders.xml'), 'id="@id"', '<xml records="//order"/>', customer((name) => (name === 'id' ? '@id' : name)));
  await came('csv', 3000);
  await came('xml', 3000);
  own.put(17, { customer: { family: 'Renamed', email: 'r@example.org' } });
  await came('csv', 3001);
  await came('xml', 3001);
  await quiet('csv', own);
  assert.equal(count('xml'), 3001);
  own.put(17, { customer: { family: nameOf(17), email: 'buyer17@shop.example.org' } });
  await came('csv', 3002); // what changes back has changed
  await came('xml', 3002);
});

test('basic, key, and OAuth logins; tokens that end are renewed', async () => {
  const [basic, key, oauth] = [await shopOf('basic', 300), await shopOf('key', 300), await shopOf('oauth', 300)];
  const paging = 'paging="link" next="/links/next" size="per_page" page-size="100" id="/id"';
  source('basic', basic.url('/body'), `${paging} user="${LOGIN.user}" password-file="password"`);
  source('key', key.url('/body'), `${paging} header="${LOGIN.header}" key-file="key"`);
  source('oauth', oauth.url('/body'), `${paging} token-url="${oauth.url('/token')}" client="${LOGIN.client}" secret-file="secret"`);
  for (const name of ['basic', 'key', 'oauth']) await came(name, 300);
  oauth.forgetTokens();
  oauth.add(100);
  await came('oauth', 400);
  each('oauth', 400);
  assert.ok(oauth.tokensGiven >= 2 && oauth.tokensGiven <= 6, `${oauth.tokensGiven} tokens`);
  // A file with a token that somebody else keeps fresh.
  const filed = await shopOf('oauth', 100);
  filed.tokens.set('first-canary-token', Date.now() + 3600e3);
  writeFileSync(join(site, 'token'), 'first-canary-token\n', { mode: 0o600 });
  source('filed', filed.url('/body'), `${paging} token-file="token"`);
  await came('filed', 100);
  filed.forgetTokens();
  await said('filed', /refuses the token in/);
  filed.tokens.set('second-canary-token', Date.now() + 3600e3);
  filed.add(50);
  writeFileSync(join(site, 'token'), 'second-canary-token\n', { mode: 0o600 });
  touch('filed');
  await came('filed', 150);
  // A wrong password is told, and no page is read with it.
  writeFileSync(join(site, 'wrong'), 'wrong-canary-password\n', { mode: 0o600 });
  source('refused', basic.url('/body'), `${paging} user="${LOGIN.user}" password-file="wrong"`);
  source('lacking', basic.url('/body'), `${paging} user="${LOGIN.user}" password-file="nowhere"`);
  await said('refused', /the server refuses the login \(401\)/);
  await said('lacking', /cannot read '.*nowhere'/);
  assert.equal(count('refused'), 0);
});

test('a server that is busy is left alone as long as it wants, and troubles pass', async () => {
  const own = await shopOf('none', 250);
  own.next(429, { 'retry-after': '2' });
  source('busy', own.url('/body'), 'paging="link" next="/links/next" size="per_page" page-size="100" id="/id"');
  await said('busy', /too many requests \(429\); it wants to be left alone for 2 s/);
  const asked = own.requests.length;
  await sleep(1000);
  assert.equal(own.requests.length, asked);
  for (const status of [500, 502, 503]) own.next(status, {}, '<html>away</html>');
  await came('busy', 250);
  each('busy', 250);
  await own.stop(); // and starts again
  await said('busy', /connect/i);
  own.add(50);
  await own.start();
  await came('busy', 300);
  each('busy', 300);
});

test('pages that repeat, links that loop or lead elsewhere, and what is no page', async () => {
  const own = await shopOf('none', 300);
  const paging = 'paging="link" next="/links/next" size="per_page" page-size="100" id="/id"';
  own.twist = (page) => ({ ...page, link: page.more ? undefined : '/body?per_page=100' });
  source('looping', own.url('/body'), paging);
  await said('looping', /lead back to one that was read before/);
  each('looping', 300);
  own.twist = (page) => ({ ...page, link: 'http://elsewhere.example/body' });
  source('leaving', own.url('/link'), 'paging="link" size="per_page" page-size="100" id="/id"', '<json/>');
  await said('leaving', /leads elsewhere, to 'http:\/\/elsewhere\.example:80', which is not followed/);
  own.twist = null;
  touch('leaving');
  await came('leaving', 300);
  // The last page again and again, where there is none any more.
  const clamped = await shopOf('none', 300);
  clamped.twist = (page, url) => (Number(url.searchParams.get('page')) > 3
    ? { ...page, orders: [...clamped.orders.values()].slice(200, 300) } : page);
  source('clamped', clamped.url('/page'), 'paging="page" page="page" size="per_page" page-size="100" id="/id"');
  await came('clamped', 300);
  await quiet('clamped', clamped);
  // A web page where JSON should be, for a while; and one page that stays broken.
  const broken = await shopOf('none', 300);
  broken.next(200, { 'content-type': 'text/html' }, '<html>down for maintenance</html>');
  broken.twist = (page, url) => (url.searchParams.get('page') === '2' ? { raw: '{"orders":[{"id":"cut",' } : page);
  source('broken', broken.url('/page'), 'paging="page" page="page" size="per_page" page-size="100" id="/id"');
  await said('broken', /the page cannot be read: /);
  await came('broken', 201, 60);
  const rejects = axle.sql("select stage, code, convert_from(raw, 'UTF8') from hub.reject r join hub.source s using (source_id) where s.name = 'broken'");
  assert.deepEqual(rejects, [['transport', 'page', '{"orders":[{"id":"cut",']]);
  broken.twist = null;
  await came('broken', 301, 60);
  const ids = raws('broken').map((body) => JSON.parse(body.startsWith('{"orders"') ? '{"id":"whole"}' : body).id);
  assert.equal(new Set(ids).size, ids.length);
});

test('names that lead nowhere are told, once', async () => {
  source('astray', shop.url('/body'), 'paging="link" next="/links/nxt" size="per_page" page-size="10" id="/idd" mark="/updated"');
  await came('astray', 10);
  await quiet('astray');
  const told = readFileSync(join(axle.home, 'log/axle-web.log'), 'utf8').split('\n').filter((line) => line.includes("'astray'"));
  for (const words of [/has the id '\/idd'/, /has the mark '\/updated'/, /leads nowhere: .* next '\/links\/nxt'/])
    assert.equal(told.filter((line) => words.test(line)).length, 1, `${words}: ${told}`);
});

test('a source that goes on failing is in one state', async () => {
  source('closed', 'http://127.0.0.1:1/orders', 'id="/id"');
  const row = () => axle.sql(`select state, state_since, attempts from axle.source where name = 'closed'`)[0] ?? [];
  await until('it fails', seldom(() => row()[0] === 'failing'), 20);
  const began = row().slice(0, 2);
  await until('more attempts', seldom(() => Number(row()[2]) >= 5), 30);
  assert.deepEqual(row().slice(0, 2), began, 'an attempt that fails, too, is no other state');
});

test('redirects lead on within the server, and nowhere else', async () => {
  const own = await shopOf('none', 50);
  const answers = { '/moved': '/body?per_page=100', '/round': '/round', '/away': 'http://127.0.0.1:1/body' };
  const serve = own.server.listeners('request')[0];
  own.server.removeAllListeners('request');
  own.server.on('request', (request, answer) => {
    const to = answers[request.url];
    if (!to) return serve(request, answer);
    answer.writeHead(302, { location: to });
    return answer.end();
  });
  source('moved', own.url('/moved'), 'id="/id"');
  source('round', own.url('/round'), 'id="/id"');
  source('away', own.url('/away'), 'id="/id"');
  await came('moved', 50);
  await said('round', /without end/);
  await said('away', /leads elsewhere, to 'http:\/\/127\.0\.0\.1:1'/);
});

test('a clock an hour off, or put back, loses nothing', async () => {
  const own = await shopOf('none');
  own.clock = -3600e3;
  own.add(200);
  source('clock', own.url('/body'), 'paging="link" next="/links/next" size="per_page" page-size="100" id="/id" mark="/updated_at" since="since" overlap="2s"');
  await came('clock', 200);
  own.clock = 3600e3; // put right, and too far
  await sleep(400);
  own.add(100);
  await came('clock', 300);
  await quiet('clock', own);
  own.clock = 0; // put back: what comes now has marks that lie behind what was read
  own.add(100);
  await came('clock', 400);
  own.put('future', { updated_at: '2099-01-01T00:00:00.000Z' });
  await came('clock', 401);
  await sleep(1100);
  own.add(10, 500);
  await came('clock', 411);
  each('clock', 411);
});

test('killed between pages it goes on there; what the server cut off is asked for again', async () => {
  const own = await shopOf('none', 5000);
  const proxy = await proxyOf(own.port);
  proxy.delay(5);
  source('killed', own.url('/link', proxy.port), 'paging="link" size="per_page" page-size="100" id="/id"', '<json/>');
  for (let i = 1; i <= 4; i++) {
    await came('killed', i * 700);
    for (const pid of axle.processes('axle-web')) {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('killed')) process.kill(pid, 'SIGKILL');
    }
    proxy.cut(100 + i * 7919);
  }
  await came('killed', 5000);
  await quiet('killed', own, 3);
  each('killed', 5000);
  const first = own.requests.filter((line) => line === 'GET /link?per_page=100 200').length;
  assert.ok(first < 4, `the list was begun ${first} times before it was read once`);
});

test('hostile answers cost little, and are told', async () => {
  const most = process.env.AXLE_BIN?.includes('asan') ? 1024 : 256; // a sanitizer keeps what is freed for a while
  const paging = 'paging="link" next="/links/next"';
  const endless = (request, answer) => {
    answer.writeHead(200, { 'content-type': 'application/json' });
    const block = Buffer.alloc(1 << 20, '[');
    const more = () => { while (!answer.destroyed && answer.write(block)); };
    answer.on('drain', more);
    more();
  };
  const bomb = (await import('node:zlib')).gzipSync(Buffer.alloc(1 << 28, ' '));
  const flood = (request, answer) => {
    const socket = answer.socket;
    socket.write('HTTP/1.1 200 OK\r\n');
    const lines = 'X-Flood: yes\r\n'.repeat(4096);
    const more = () => { while (!socket.destroyed && socket.write(lines)); };
    socket.on('drain', more);
    more();
  };
  for (const [name, kind, words] of [
    ['endless', { body: endless }, /more than 64 MiB is not read; ask for smaller pages/],
    ['bomb', { headers: { 'content-encoding': 'gzip' }, body: bomb }, /more than 64 MiB/],
    ['flood', { body: flood }, /bytes of headers/],
    ['deep', { body: `{"orders":[${'['.repeat(1 << 20)}` }, /cannot be read/],
  ]) {
    const own = await shopOf('none', 10);
    for (let i = 0; i < 3; i++) own.next(200, kind.headers, kind.body);
    source(name, own.url('/body'), paging);
    await said(name, words);
    for (const pid of axle.processes('axle-web')) {
      const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
      assert.ok(peak < most * 1024, `${name}: ${peak} kB`);
    }
    rmSync(join(site, 'mappings', `${name}.xml`));
  }
});

test('no password, token or key is in any log, argument or environment', () => {
  const found = axle.axle('status').stdout + axle.sql('select * from axle.source').flat().join(' ') +
    axle.sql('select * from hub.stream').flat().join(' ') +
    ['axle-web', 'axled'].flatMap((program) => axle.processes(program)).map((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8')).join(' ') +
    (readFileSync(join(axle.home, 'log', 'axled.log'), 'utf8'));
  assert.match(found, /shop|body/);
  assert.doesNotMatch(found, /canary|@shop\.example\.org/);
  for (let id = 1; id < 1000; id++) assert.ok(!found.includes(nameOf(id)), nameOf(id));
});

test('everything that came adds up', () => {
  const verified = axle.axle('verify');
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
});

test('kills, cuts, restarts, repeats and lost tokens while orders come: each once', async (t) => {
  const chance = dice('http campaign');
  const own = await shopOf('oauth');
  const proxy = await proxyOf(own.port);
  const home = mkdtempSync(join(tmpdir(), 'axle-site-'));
  const names = ['bypage', 'bylink'];
  mkdirSync(join(home, 'mappings'));
  writeFileSync(join(home, 'secret'), `${LOGIN.secret}\n`, { mode: 0o600 });
  const write = (name, from, format) => writeFileSync(join(home, 'mappings', `${name}.xml`),
    `<source xmlns="urn:axle:source:1" name="${name}" connector="web" trust="50" region="AU">
  <from>${from}</from>
  <format>${format}</format>
  ${record}
</source>
`);
  const http = (path, settings) => `<http url="${own.url(path, proxy.port)}" every="100ms" size="per_page" page-size="50" id="/id" mark="/updated_at"
    since="since" token-url="${own.url('/token', proxy.port)}" client="${LOGIN.client}" secret-file="secret" ${settings}/>`;
  write('bypage', http('/page', 'paging="page" page="page"'), json);
  write('bylink', http('/body', 'paging="link" next="/links/next"'), json);
  const { axle: hub, remove } = hubOn(axle, 'campaign', { AXLE_SITE: home });
  await until('both are read', () => names.every((name) => reader(hub, name)), 20);
  await campaign(t, {
    chance,
    bring: () => own.add(chance.between(1, 150)),
    faults: {
      ...faultsOf(hub, 'bypage', chance, axle),
      'kill the other one': () => { try { process.kill(reader(hub, 'bylink'), 'SIGKILL'); } catch { /* it is not there */ } },
      'cut at a byte': () => proxy.cut(chance.below(40000)),
      'cut all': () => proxy.drop(),
      'restart the shop': async () => { await own.stop(); await sleep(chance.below(300)); await own.start(); },
      'lose the tokens': () => own.forgetTokens(),
      'be busy': () => own.next(chance.of([429, 500, 503]), { 'retry-after': '1' }),
      'put the clock back': () => { own.clock -= chance.below(3600e3); },
      'send pages again': () => {
        let times = 3;
        own.twist = (page) => { if (!--times) own.twist = null; return page.more ? { ...page, more: null } : page; };
      },
      rewind: () => { try { hub.sql('update hub.stream set cursor = null'); } catch { /* it is being restarted */ } },
    },
  });
  own.twist = null;
  own.planned = [];
  const brought = [...own.orders.keys()];
  const all = () => {
    try { return Number(hub.sql('select count(*) from hub.inbox')[0][0]) >= 2 * brought.length; } catch { return false; }
  };
  await until(`${brought.length} orders`, seldom(all), 60).catch((error) => {
    const rows = hub.sql('select s.name, st.state, st.error, st.attempts, (select count(*) from hub.inbox i where i.source_id = s.source_id) from hub.source s left join hub.source_state st using (source_id)');
    throw new Error(`${error.message}: ${JSON.stringify([...rows, ...hub.sql('select name, cursor from hub.stream')])} ${own.requests.slice(-6).join('; ')}`);
  });
  for (const name of names) assertEachOnce(hub, name, brought, (raw) => JSON.parse(raw).id);
  const disturbed = stateOf(hub);
  remove();

  for (const name of names) write(name, '<push/>', '<jsonl/>');
  const calm = hubOn(axle, 'calm', { AXLE_SITE: home });
  const file = join(home, 'orders.jsonl');
  writeFileSync(file, [...own.orders.values()].map((order) => `${JSON.stringify(order)}\n`).join(''));
  for (const name of names) calm.axle.must('load', file, '--source', name);
  assertSame(stateOf(calm.axle), disturbed, 'disturbed');
  calm.remove();
  rmSync(home, { recursive: true, force: true });
});
