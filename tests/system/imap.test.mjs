// Mailboxes as a source: every message once, whatever happens to either side, and nothing there is marked.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instance, sleep, until } from './axle.mjs';
import { assertEachOnce, campaign, faultsOf } from './campaign.mjs';
import { assertSame, dice, hubOn, stateOf } from './history.mjs';
import { BadImap } from './services/bad-imap.mjs';
import { Dovecot } from './services/dovecot.mjs';
import { Proxy } from './services/proxy.mjs';

const tokens = createServer((request, answer) => {
  const token = new URL(request.url, 'http://x').searchParams.get('token');
  answer.setHeader('content-type', 'application/json');
  answer.end(JSON.stringify(token === 'good-token' ? { active: 'true', user: 'bearer' } : { active: 'false' }));
});
await new Promise((done) => tokens.listen(0, '127.0.0.1', done));
const dovecot = await Dovecot.open({ tokens: `http://127.0.0.1:${tokens.address().port}/?token=` });
const skip = dovecot ? false : 'skipped: Dovecot is not installed';

const mail = (name, text = 'Hello.') => [
  `Message-ID: <${name}@example.org>`, `From: "Anna ${name}" <${name}@example.org>`, 'To: office@example.com',
  'Date: Mon, 2 Mar 2026 10:00:00 +0100', `Subject: about ${name}`, '', text, ''].join('\r\n');
const mails = (name, count) => Array.from({ length: count }, (_, i) => mail(`${name}${i}`));

describe('imap', { skip }, () => {
  const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
  const axle = new Instance({ AXLE_SITE: site, AXLE_WORKERS: '2', AXLE_BATCH: '50' });
  const log = () => readFileSync(join(axle.home, 'log', 'axle-mail.log'), 'utf8');

  const mapping = (name, url, settings, user, note = 'first') => `<!-- ${note} -->
<source xmlns="urn:axle:source:1" name="${name}" connector="mail" trust="20">
  <from><imap url="${url}" user="${user}" password-file="password" every="2s" ${settings}/></from>
  <format><mime/></format>
  <record class="customer" key="Message-ID">
    <value of="customer.email" from="From.address"/>
  </record>
</source>
`;
  const add = (name, url, settings = '', user = name, note = 'first') =>
    writeFileSync(join(site, 'mappings', `${name}.xml`), mapping(name, url, settings, user, note));
  const sql = (query) => axle.sql(query);
  const count = (name) => Number(sql(`select count(*) from hub.inbox join hub.source using (source_id) where name = '${name}'`)[0][0]);
  const state = (name) => JSON.stringify(sql(`select to_jsonb(s) from axle.source s where name = '${name}'`));
  const came = async (name, messages, seconds = 30) => {
    try {
      await until(`${messages} messages`, () => count(name) >= messages, seconds);
    } catch (error) {
      throw new Error(`${name}: ${error.message}; ${count(name)} are there: ${state(name)}`);
    }
    assert.equal(count(name), messages);
  };
  const names = (name) => sql(`select substring(convert_from(p.body, 'LATIN1') from 'Message-ID: <([^@]*)')
    from hub.inbox i join hub.payload p using (inbox_id) join hub.source s using (source_id)
    where s.name = '${name}'`).map(([id]) => id);
  const each = (name, wanted) => {
    const got = names(name);
    assert.equal(new Set(got).size, got.length, 'none twice');
    assert.deepEqual(got.sort(), [...wanted].sort());
  };
  const list = (name, messages) => Array.from({ length: messages }, (_, i) => `${name}${i}`);
  const kill = () => { for (const pid of axle.processes('axle-mail')) process.kill(pid, 'SIGKILL'); };
  const untouched = async (mailbox, folder) => {
    const flags = new Set((await mailbox.flags(folder)).values());
    flags.delete('\\Recent');
    flags.delete('');
    assert.deepEqual([...flags], [], 'no flag was set');
  };

  before(() => {
    mkdirSync(join(site, 'mappings'));
    writeFileSync(join(site, 'password'), `${dovecot.password}\n`, { mode: 0o600 });
    axle.up();
  });
  after(async () => {
    axle.remove();
    await dovecot.close();
    tokens.close();
    rmSync(site, { recursive: true, force: true });
  });

  test('a message that comes is there at once', async () => {
    const live = dovecot.mailbox('live');
    const times = [];
    await live.append('INBOX', [mail('live0')]);
    add('live', dovecot.url('imap'), 'pattern="INBOX"');
    await came('live', 1);
    await until('idle', () => sql("select state from axle.source where name = 'live'")[0][0] === 'waiting');
    for (let i = 1; i <= 10; i++) {
      const start = Date.now();
      await live.append('INBOX', [mail(`live${i}`)]);
      await until(`message ${i}`, () => count('live') === i + 1, 5);
      times.push(Date.now() - start);
      await sleep(100);
    }
    times.sort((a, b) => a - b);
    console.log(`note: idle to inbox, 10 messages: median ${times[5]} ms, longest ${times[9]} ms`);
    assert.ok(times[5] < 1500, `by IDLE, not by looking: ${times}`);
  });

  test('folders by a pattern, moved messages, expunged ones, and a folder that is numbered anew', async () => {
    const folders = dovecot.mailbox('folders');
    for (const name of ['Sales', 'Sales.Z&APw-rich', 'Private']) await folders.create(name);
    await folders.append('INBOX', mails('in', 5));
    await folders.append('Sales', mails('sales', 20));
    await folders.append('Sales.Z&APw-rich', mails('zurich', 3));
    await folders.append('Private', mails('private', 3));
    add('folders', dovecot.url('imap', ''), 'pattern="Sales*"');
    await came('folders', 23);
    assert.deepEqual(sql("select distinct t.label from hub.stream t join hub.source s using (source_id) where s.name = 'folders' order by 1"),
      [['Sales'], ['Sales/Zürich']]);
    await folders.expunge('Sales', '3:7');
    await folders.move('Sales', '10:12', 'Sales.Z&APw-rich');
    await folders.append('Sales', [mail('late')]);
    await came('folders', 24);
    await folders.renumber('Sales');
    await folders.append('Sales', [mail('later')]);
    await came('folders', 25);
    await sleep(2500);
    each('folders', [...list('sales', 20), ...list('zurich', 3), 'late', 'later']);
    assert.equal(sql("select count(*) from hub.stream t join hub.source s using (source_id) where s.name = 'folders' and t.label = 'Sales'")[0][0], '2');
    for (const name of ['Sales', 'Sales.Z&APw-rich']) await untouched(folders, name);
  });

  test('whatever happens on the way, each message is there once', async (t) => {
    const chance = dice('imap');
    const rough = dovecot.mailbox('rough');
    const proxy = await Proxy.open(dovecot.port);
    const place = (name, port) => {
      const folder = mkdtempSync(join(tmpdir(), 'axle-site-'));
      mkdirSync(join(folder, 'mappings'));
      writeFileSync(join(folder, 'password'), `${dovecot.password}\n`, { mode: 0o600 });
      writeFileSync(join(folder, 'mappings', 'rough.xml'), mapping('rough', dovecot.url('imap', 'INBOX', port), '', name));
      return folder;
    };
    const sites = [place('rough', proxy.port), place('calm', dovecot.port)];
    await rough.append('INBOX', mails('rough', 100));
    const { axle: disturbed, remove } = hubOn(axle, 'rough', { AXLE_SITE: sites[0], AXLE_WORKERS: '1' });
    const ids = list('rough', 100);
    const all = mails('rough', 100);
    let busy = Promise.resolve();
    const bring = (round) => {
      const some = mails(`rough${round}-`, 10);
      ids.push(...list(`rough${round}-`, 10));
      all.push(...some);
      // One after the other: the server may be starting again.
      busy = busy.then(async () => {
        for (let next = some; next.length;) {
          try {
            await rough.append('INBOX', next);
            next = [];
          } catch {
            await sleep(200);
            const there = await rough.subjects('INBOX').catch(() => null);
            if (there) next = some.filter((text) => !there.has(text.match(/Subject: (.*)\r/)[1]));
          }
        }
      });
      return busy;
    };
    await until('the first are there', () => Number(disturbed.sql('select count(*) from hub.inbox')[0][0]) === 100, 60);
    await campaign(t, {
      chance,
      bring,
      faults: {
        ...faultsOf(disturbed, 'rough', chance, axle),
        'cut at a byte': () => { proxy.cut(chance.below(6000)); proxy.drop(); },
        'a network that is away': async () => { proxy.refuse(true); await sleep(chance.below(1500)); proxy.heal(); },
        'restart Dovecot': () => busy.then(() => dovecot.restart()),
        'number the folder anew': () => busy.then(() => rough.renumber('INBOX')),
        'expunge what was read': () => busy.then(() => rough.expunge('INBOX', `${chance.between(1, 50)}`)),
        rewind: () => { try { disturbed.sql('update hub.stream set cursor = null'); } catch { /* it is being restarted */ } },
      },
    });
    await until('all are there', () => {
      try { return Number(disturbed.sql('select count(*) from hub.inbox')[0][0]) >= ids.length; } catch { return false; }
    }, 120);
    await sleep(2500);
    const state = stateOf(disturbed);
    assertEachOnce(disturbed, 'rough', ids, (raw) => raw.match(/Message-ID: <([^@]*)/)[1]);
    await untouched(rough, 'INBOX');
    remove();
    await proxy.close();

    await dovecot.mailbox('calm').append('INBOX', all);
    const calm = hubOn(axle, 'calm', { AXLE_SITE: sites[1], AXLE_WORKERS: '1' });
    await until('all are there', () => Number(calm.axle.sql('select count(*) from hub.inbox')[0][0]) === ids.length, 120);
    assertSame(stateOf(calm.axle), state, 'disturbed');
    calm.remove();
    for (const folder of sites) rmSync(folder, { recursive: true, force: true });
  });

  test('files that come with messages go to the sources that want them, once', async () => {
    const carrier = dovecot.mailbox('carrier');
    const csv = 'id;email\n1;erik@example.org\n2;frida@example.org\n';
    const withFile = (name, sender, file, content) => [
      `Message-ID: <${name}@example.org>`, `From: ${sender}`, 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="b"', '',
      '--b', 'Content-Type: text/plain', '', 'The list.', '--b', `Content-Type: text/csv; name="${file}"`,
      `Content-Disposition: attachment; filename="${file}"`, 'Content-Transfer-Encoding: base64', '',
      Buffer.from(content).toString('base64'), '--b--', ''].join('\r\n');
    await carrier.append('INBOX', [
      mail('carrier0'), withFile('carrier1', 'Lists@Dealer.example', 'list.csv', csv), mail('carrier2'),
      withFile('carrier3', 'lists@dealer.example', 'again.csv', csv), withFile('carrier4', 'eve@evil.example', 'list.csv', 'id;email\n6;eve@evil.example\n'),
      withFile('carrier5', 'lists@dealer.example', 'notes.txt', csv), withFile('carrier6', 'lists@dealer.example', 'more.csv', `${csv}3;gerd@example.org\n`)]);
    writeFileSync(join(site, 'mappings', 'lists.xml'), `<source xmlns="urn:axle:source:1" name="lists" connector="mail">
  <from><attachment of="carrier" pattern="*.csv" sender="*@dealer.example"/></from>
  <format><csv delimiter=";"/></format>
  <record class="customer" key="id"><value of="customer.email" from="email"/></record>
</source>
`);
    await until('the source of the files', () => sql("select 1 from axle.source where name = 'lists'").length);
    add('carrier', dovecot.url('imap'));
    await came('carrier', 7);
    await came('lists', 5);
    assert.deepEqual(sql(`select label from hub.stream t join hub.source s using (source_id) where s.name = 'lists' order by 1`),
      [['list.csv'], ['more.csv']]);
    assert.ok(sql(`select max(l.inbox_id) < min(c.inbox_id) from hub.inbox l join hub.source ls on ls.source_id = l.source_id and ls.name = 'lists',
      hub.inbox c join hub.source cs on cs.source_id = c.source_id and cs.name = 'carrier' join hub.payload p on p.inbox_id = c.inbox_id
      where convert_from(p.body, 'LATIN1') like '%<carrier6@%'`)[0][0] === 't', 'a message comes behind its files');
  });

  test('TLS with a certificate of our own, and none that nobody vouches for', async () => {
    await dovecot.mailbox('secure').append('INBOX', mails('secure', 3));
    add('insecure', dovecot.url('imaps'), '', 'secure');
    add('secure', dovecot.url('imaps'), `ca-file="${dovecot.certificate}"`);
    await came('secure', 3);
    await until('words', () => /certificate/.test(state('insecure')));
    assert.equal(count('insecure'), 0);
  });

  test('a bearer token logs in, and a new one after it was refused', async () => {
    await dovecot.mailbox('bearer').append('INBOX', mails('bearer', 3));
    writeFileSync(join(site, 'token'), 'stale-token\n', { mode: 0o600 });
    add('bearer', dovecot.url('imap'), 'token-file="token"');
    await until('words', () => /failing/.test(state('bearer')));
    writeFileSync(join(site, 'token'), 'good-token\n', { mode: 0o600 });
    add('bearer', dovecot.url('imap'), 'token-file="token"', 'bearer', 'again');
    await came('bearer', 3);
  });

  test('a wrong password is said, and never logged', async () => {
    writeFileSync(join(site, 'wrong'), 'hunter2-canary\n', { mode: 0o600 });
    await dovecot.mailbox('wrong').append('INBOX', mails('wrong', 1));
    add('wrong', dovecot.url('imap'));
    const file = join(site, 'mappings', 'wrong.xml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"password"', '"wrong"'));
    await until('words', () => /failing/.test(state('wrong')) && /login|Login/.test(state('wrong')));
    assert.doesNotMatch(log(), /canary|open-sesame|good-token|example\.org/);
    assert.doesNotMatch(state('wrong'), /canary/);
  });

  test('a server that lies costs itself only', async () => {
    const raw = (name, text) => mail(name, text);
    const liar = await BadImap.open([
      { uid: 1, raw: raw('one') },
      { uid: 2, raw: raw('two'), say: '* 2 FETCH (UID 2 BODY[] {4294967296}\r\n' + 'x'.repeat(200000) },
      { uid: 3, raw: raw('three', 'a\0b') },
      { uid: 4, raw: raw('four', 'y'.repeat(1000)), size: 10 },
      { uid: 5, raw: raw('five', 'z'.repeat(200000)), size: 30 << 20 },
      { uid: 6, raw: raw('six'), size: 0 },
    ]);
    add('liar', liar.url());
    await came('liar', 6);
    await sleep(500);
    const rejects = sql(`select stage, code, length, octet_length(raw) from axle.reject where source = 'liar' order by reject_id`);
    assert.deepEqual(rejects.filter(([stage]) => stage === 'size'),
      [['size', 'too-long', '4294967296', '65536'], ['size', 'too-long', String(30 << 20), '65536']]);
    assert.ok(liar.commands.every((command) => !/SELECT|STORE|EXPUNGE|BODY\[|COPY|MOVE/.test(command)));
    await liar.close();
  });

  // All of them stand at the same time: most of it is waiting.
  test('servers that say what they must not are given up with words, and well again they are read', async () => {
    const kinds = [
      ['a NUL', /NUL/, (command, socket) => /^EXAMINE/.test(command) && socket.write('* OK a\0b\r\n')],
      ['a line without an end', /longer than 64 KiB/, (command, socket) => /^EXAMINE/.test(command) && socket.write('*'.repeat(1 << 20))],
      ['a literal of 4 GB in a list of folders', /longer than what was asked for/,
        (command, socket) => /^LIST/.test(command) && socket.write(`* LIST () "/" {4294967296}\r\n${'x'.repeat(70000)}`)],
      ['a literal while we wait', /a literal that nobody asked for/,
        (command, socket) => /^IDLE/.test(command) && socket.write(`+ idling\r\n* LIST () "/" {50000}\r\n${'x'.repeat(100)}`)],
      ['words without end', /more than anybody asked for/,
        (command, socket) => /^EXAMINE/.test(command) && socket.write(`* OK ${'x'.repeat(1000)}\r\n`.repeat(20000))],
      ['a connection that ends', /ends the connection: too many/, (command, socket) => /^EXAMINE/.test(command) && socket.end('* BYE too many\r\n')],
      ['nonsense', /cannot be read/, (command, socket) => /^UID/.test(command) && socket.write('* 1 FETCH (UID -1)\r\n')],
      ['no such folder', /does not open the folder/, (command, socket, tag) => /^EXAMINE/.test(command) && socket.write(`${tag} NO gone\r\n`)],
    ];
    const folder = (what) => (/^a literal of/.test(what) ? 'Sub' : 'INBOX');
    const servers = [];
    for (const [what, words, on] of kinds) {
      const name = `bad_${what.replaceAll(/[^a-z]/gi, '').toLowerCase().slice(0, 12)}`;
      const server = await BadImap.open([{ uid: 1, raw: mail(name) }]);
      server.on = on;
      add(name, server.url(folder(what)));
      servers.push({ what, words, name, server });
    }
    for (const { what, words, name } of servers) await until(`words for ${what}`, () => words.test(state(name)), 30);
    for (const { what, name, server } of servers) {
      server.on = (command, socket, tag) => /^LIST/.test(command) && socket.write(`* LIST () "/" Sub\r\n${tag} OK done\r\n`);
      add(name, server.url(folder(what)), '', name, 'again');
    }
    for (const { name, server } of servers) {
      await came(name, 1);
      await server.close();
    }
  });

  test('one byte a second runs out of time, and nobody waits for it', { skip: process.env.AXLE_TEST_LONG !== '1' && 'a minute: in test-long' }, async () => {
    const server = await BadImap.open([{ uid: 1, raw: mail('slow') }]);
    server.on = (command, socket) => {
      if (!/^EXAMINE/.test(command)) return false;
      const drip = setInterval(() => socket.destroyed ? clearInterval(drip) : socket.write('*'), 1000);
      return true;
    };
    add('slow', server.url());
    await until('words', () => /did not answer within 60 s/.test(state('slow')), 90);
    await server.close();
  });

  // Last, for the worker has much to read afterwards.
  test('10,000 messages arrive once each while the connector is killed, and no flag is set', async () => {
    const many = dovecot.mailbox('many');
    await many.deliver(mails('many', 10000));
    add('many', dovecot.url('imap'));
    for (const part of [1, 4000, 8000]) {
      await until(`${part} of 10,000`, () => count('many') >= part, 60);
      kill();
    }
    await came('many', 10000, 60);
    each('many', list('many', 10000));
    await untouched(many, 'INBOX');
    assert.equal((await many.flags('INBOX')).size, 10000, 'and none is gone');
  });

  test('everything adds up', () => {
    assert.deepEqual(sql('select source from axle.conservation where balance <> 0'), []);
  });
});
