// Files of an SFTP server as a source: every record once, whatever happens, and nothing there is changed.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instance, sleep, until } from './axle.mjs';
import { assertCampaign, campaign, faultsOf, hubWith, signal } from './campaign.mjs';
import { dice, long } from './history.mjs';
import { nameOf } from './services/names.mjs';
import { Proxy } from './services/proxy.mjs';
import { Sshd } from './services/sshd.mjs';

const sshd = await Sshd.start();
const skip = sshd ? false : 'skipped: the OpenSSH server is not installed';

describe('sftp', { skip }, () => {
  const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
  mkdirSync(join(site, 'mappings'));
  const axle = new Instance({ AXLE_SITE: site });
  let proxy;

  // A source that reads a folder of the server.
  const mapping = (name, { folder = name, settings = '', port = sshd.port, key = sshd.key, hostKey = sshd.hostKey } = {}) => {
    mkdirSync(join(sshd.files, folder), { recursive: true });
    return `<source xmlns="urn:axle:source:1" name="${name}" connector="warranty" trust="50" region="DE">
  <from><sftp url="${sshd.url(port)}/${folder}" user="${sshd.user}" key-file="${key}" every="300ms" pattern="*.csv"
    ${hostKey ? `host-key="${hostKey}"` : ''} ${settings}/></from>
  <format><csv/></format>
  <record class="customer" key="id">
    <value of="customer.name.full" from="name"/>
  </record>
</source>
`;
  };
  const add = (name, settings) => writeFileSync(join(site, 'mappings', `${name}.xml`), mapping(name, settings));
  const csv = (from, to, first = 'Anna') => `id,name\n${Array.from({ length: to - from + 1 }, (_, i) => `${from + i},${first} ${nameOf(from + i)}\n`).join('')}`;
  // As a careful sender does: under another name first.
  const put = (folder, name, text) => {
    const path = Buffer.concat([Buffer.from(`${join(sshd.files, folder)}/`), Buffer.from(name)]);
    const writing = join(sshd.files, folder, '.writing');
    writeFileSync(writing, text);
    renameSync(writing, path);
  };
  const count = (name) => Number(axle.sql(`select coalesce(sum(received), 0) from axle.conservation where source = '${name}'`)[0][0]);
  const state = (name) => axle.sql(`select t.state, t.error from hub.source_state t join hub.source using (source_id) where name = '${name}'`);
  const came = (name, records, seconds = 40) => until(`${records} of ${name}`, () => count(name) >= records, seconds)
    .catch((error) => { throw new Error(`${error.message}: ${count(name)}, ${state(name)}`); });
  const raws = (name) => axle.sql(`select convert_from(p.body, 'UTF8') from hub.inbox i join hub.payload p using (inbox_id)
    join hub.source s using (source_id) where s.name = '${name}'`).map(([raw]) => raw);
  const each = (name, records) => {
    const got = raws(name);
    assert.equal(got.length, records);
    assert.equal(new Set(got).size, records);
  };

  before(async () => {
    axle.up();
    proxy = await Proxy.open(sshd.port);
  });
  after(async () => {
    await proxy.close();
    axle.remove();
    await sshd.remove();
    rmSync(site, { recursive: true, force: true });
  });

  test('10,000 records arrive once each; a file that changed comes again; nothing there is touched', async () => {
    add('cards');
    put('cards', 'a.csv', csv(1, 5000));
    put('cards', 'b.csv', csv(5001, 10000));
    await came('cards', 10000);
    each('cards', 10000);
    put('cards', 'a.csv', csv(1, 5001).replace(/^1,Anna /m, '1,Berta '));
    await came('cards', 15001);
    assert.deepEqual(axle.sql(`select state, error from hub.source_state join hub.source using (source_id) where name = 'cards'`)[0][1], '');
    await sleep(1500);
    assert.equal(count('cards'), 15001);
    assert.deepEqual(readdirSync(join(sshd.files, 'cards')).sort(), ['a.csv', 'b.csv']);
    assert.deepEqual(readdirSync(join(axle.home, 'run', 'sftp', 'cards')), []);
    for (const pid of axle.processes('axle-warranty')) process.kill(pid, 'SIGKILL');
    await sleep(2500);
    assert.equal(count('cards'), 15001);
  });

  test('a file that is being written waits', async () => {
    add('slow');
    const path = join(sshd.files, 'slow', 'slow.csv');
    writeFileSync(path, csv(1, 10));
    for (let i = 0; i < 8; i++) {
      await sleep(1000);
      writeFileSync(path, csv(11 + i, 11 + i).replace(/^.*\n/, ''), { flag: 'a' });
      assert.equal(count('slow'), 0);
    }
    await came('slow', 18);
    each('slow', 18);
  });

  test('names that others chose', async () => {
    add('names');
    const names = ['blank s.csv', ' leading.csv', 'ümlaut.csv', '%2e%2e.csv', '#?&;.csv', '-rw.csv', "quote'\".csv", '日本.csv', 'tab\t.csv'];
    names.forEach((name, i) => put('names', name, csv(i * 10, i * 10 + 4)));
    put('names', Buffer.from([0x66, 0xff, 0xfe, 0x2e, 0x63, 0x73, 0x76]), csv(1000, 1004));
    put('names', 'line\nend.csv', csv(2000, 2004)); // cannot be told from two lines of the listing
    put('names', 'bait\n-rw-r--r-- 1 x x 5 Nov 22 19:50 ..%2f..%2fsecret.csv', csv(3000, 3004));
    symlinkSync('/etc/passwd', join(sshd.files, 'names', 'link.csv'));
    mkdirSync(join(sshd.files, 'names', 'folder.csv'));
    await came('names', 50);
    await sleep(4500);
    each('names', 50);
  });

  test('keys: which server, and who we are, in words', async () => {
    add('stranger', { hostKey: 'SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' });
    add('unnamed', { hostKey: null });
    add('rsa', { key: sshd.makeKey('rsa', '-b', '2048') });
    add('nokey', { key: join(site, 'missing') });
    const said = (name) => until(`the error of ${name}`, () => {
      const [row] = state(name);
      return row?.[1];
    });
    assert.match(await said('stranger'), new RegExp(`not the one that host-key names: it has an ED25519 key, ${sshd.hostKey.replaceAll('+', '\\+')};`));
    assert.match(await said('unnamed'), new RegExp(`write host-key="${sshd.hostKey.replaceAll('+', '\\+')}"`));
    assert.match(await said('rsa'), /our key is an RSA key.*ssh-keygen -t ed25519/);
    assert.match(await said('nokey'), /missing/);
    for (const name of ['stranger', 'unnamed', 'rsa', 'nokey']) rmSync(join(site, 'mappings', `${name}.xml`));
  });

  test('one file that cannot be read stops no other', async () => {
    add('some');
    put('some', 'a.csv', csv(1, 5));
    put('some', 'empty.csv', '');
    put('some', 'z.csv', csv(6, 10));
    writeFileSync(join(sshd.files, 'some', 'secret.csv'), csv(11, 15), { mode: 0 });
    await came('some', 10);
  });

  test('a change within the same minute and of the same size is found', { skip: long ? false : 'skipped: takes two minutes' }, async () => {
    add('same');
    const now = new Date(Math.floor(Date.now() / 60000) * 60000);
    put('same', 'a.csv', csv(1, 5));
    utimesSync(join(sshd.files, 'same', 'a.csv'), now, now);
    await came('same', 5);
    put('same', 'a.csv', csv(1, 5, 'Erna'));
    utimesSync(join(sshd.files, 'same', 'a.csv'), now, new Date(now.getTime() + 1000));
    await came('same', 10, 150);
  });

  test('kills, cuts, restarts and clocks that are off while files come: every record once', async (t) => {
    const chance = dice('sftp');
    const rough = mapping('rough', { port: proxy.port, settings: 'settled="400ms"' });
    const hub = hubWith(axle, 'campaign', 'rough', rough);
    let records = 0;
    const bring = (round) => {
      const name = `part-${round}.csv`;
      const least = records + 1;
      records += chance.between(1, 500);
      put('rough', `.${name}`, csv(least, records));
      // What the clock there says of it is an hour off, or a year.
      const at = new Date(Date.now() + chance.of([0, 0, -1, 1, -8760]) * 3600e3);
      utimesSync(join(sshd.files, 'rough', `.${name}`), at, at);
      renameSync(join(sshd.files, 'rough', `.${name}`), join(sshd.files, 'rough', name));
    };
    await campaign(t, {
      chance,
      bring,
      pause: 1200,
      faults: {
        ...faultsOf(hub.axle, 'rough', chance, axle),
        'cut at a byte': () => proxy.cut(chance.below(30000)),
        'cut at a byte of the data': () => proxy.cut(3000 + chance.below(3000)),
        'cut all': () => proxy.drop(),
        'a network that is away': async () => { proxy.refuse(true); await sleep(chance.below(1000)); proxy.heal(); },
        'restart the server': () => sshd.restart(),
        'forget what was read': () => {
          try { hub.axle.sql('update hub.stream set cursor = null'); } catch { /* it is being restarted */ }
          for (const pid of hub.axle.processes('axle-warranty')) signal(pid, 'SIGKILL');
        },
      },
    });
    proxy.heal();
    const names = Array.from({ length: records }, (_, i) => `${i + 1}`);
    await assertCampaign(axle, hub, 'rough', { names, idOf: (raw) => raw.split(',')[0], mapping: rough, file: csv(1, records) });
  });

  test('everything adds up', async () => {
    assert.equal((await axle.axleLater('wait')).status, 0);
    assert.equal(axle.axle('verify').status, 0);
  });
});
