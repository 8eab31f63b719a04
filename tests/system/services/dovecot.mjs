// A real Dovecot on loopback and free ports, run by a plain user; every user has a mailbox there, by one
// password. A small IMAP client fills mailboxes and looks into them as any mail program would.
//
//   const dovecot = await Dovecot.open();           // null where it is not installed
//   const anna = dovecot.mailbox('anna');
//   await anna.append('INBOX', [text, ...]);        // without flags
//   await anna.flags('INBOX');                      // UID to flags, of all its messages
//   await anna.expunge('INBOX', '3:5');             // UIDs
//   await anna.renumber('INBOX');                   // another UIDVALIDITY
//   dovecot.url('imap', 'INBOX')                    // for the mapping of a source
//   await dovecot.restart();
//   await dovecot.close();
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.mjs';

const program = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot'].find(existsSync);

function asText(command, ...args) {
  return execFileSync(command, args, { encoding: 'utf8' }).trim();
}

// Commands and answers, nothing more; literals go without waiting (LITERAL+).
export class ImapClient {
  static async open(port, user, password) {
    const client = new ImapClient();
    client.waiting = new Map();
    client.tag = 0;
    client.got = Buffer.alloc(0);
    client.answers = [];
    client.socket = connect(port, '127.0.0.1');
    client.socket.setNoDelay(true);
    client.socket.on('data', (data) => client.#take(data));
    const fail = (error) => {
      for (const { failed } of client.waiting.values()) failed(error ?? new Error('the server is gone'));
      client.waiting.clear();
    };
    client.socket.on('error', fail);
    client.socket.on('close', () => fail());
    await new Promise((done, failed) => { client.socket.once('connect', done); client.socket.once('error', failed); });
    await client.command(`LOGIN ${user} ${password}`);
    return client;
  }

  // The untagged answers of a command, as text; parts that are Buffers go as literals.
  command(...parts) {
    const tag = `t${++this.tag}`;
    const pieces = [`${tag} `];
    for (const part of parts) pieces.push(...(Buffer.isBuffer(part) ? [`{${part.length}+}\r\n`, part] : [part]));
    pieces.push('\r\n');
    this.socket.write(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));
    return new Promise((done, failed) => this.waiting.set(tag, { done, failed }));
  }

  close() { this.socket.destroy(); }

  #take(data) {
    this.got = Buffer.concat([this.got, data]);
    for (;;) {
      let from = 0;
      let end;
      for (;;) {
        end = this.got.indexOf('\r\n', from);
        if (end < 0) return;
        const literal = this.got.toString('latin1', Math.max(0, end - 20), end).match(/\{(\d+)\}$/);
        if (!literal) break;
        from = end + 2 + Number(literal[1]);
        if (from > this.got.length) return;
      }
      const line = this.got.toString('latin1', 0, end);
      this.got = this.got.subarray(end + 2);
      const [, tag, result] = line.match(/^(\S+) ?(\S*)/);
      const waiting = this.waiting.get(tag);
      if (!waiting) { this.answers.push(line); continue; }
      this.waiting.delete(tag);
      const answers = this.answers;
      this.answers = [];
      if (result === 'OK') waiting.done(answers); else waiting.failed(new Error(line));
    }
  }
}

export class Dovecot {
  // `tokens`: a URL that tells whose a bearer token is (RFC 7662), for logins by token as well.
  static async open({ tokens = null } = {}) {
    if (!program) return null;
    const dovecot = new Dovecot();
    const root = process.getuid() === 0;
    dovecot.account = root ? 'nobody' : userInfo().username;
    dovecot.group = asText('id', '-gn', dovecot.account);
    dovecot.password = 'open-sesame';
    dovecot.tokens = tokens;
    dovecot.folder = mkdtempSync(join(tmpdir(), 'axle-dovecot-'));
    dovecot.port = await freePort();
    dovecot.tlsPort = await freePort();
    dovecot.certificate = join(dovecot.folder, 'cert.pem');
    mkdirSync(join(dovecot.folder, 'mail'));
    asText('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
      '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-out', dovecot.certificate,
      '-keyout', join(dovecot.folder, 'key.pem'));
    if (tokens) {
      writeFileSync(join(dovecot.folder, 'oauth2'),
        `introspection_mode = get\nintrospection_url = ${tokens}\nusername_attribute = user\nactive_attribute = active\nactive_value = true\n`);
    }
    writeFileSync(join(dovecot.folder, 'dovecot.conf'), dovecot.#settings());
    if (root) asText('chown', '-R', `${dovecot.account}:${dovecot.group}`, dovecot.folder);
    chmodSync(dovecot.folder, 0o755);
    await dovecot.start();
    return dovecot;
  }

  #settings() {
    const at = this.folder;
    return `
protocols = imap
base_dir = ${at}/run
state_dir = ${at}/state
log_path = ${at}/log
listen = 127.0.0.1
ssl = yes
ssl_cert = <${this.certificate}
ssl_key = <${at}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login${this.tokens ? ' xoauth2 oauthbearer' : ''}
default_internal_user = ${this.account}
default_internal_group = ${this.group}
default_login_user = ${this.account}
first_valid_uid = 1
mail_uid = ${this.account}
mail_gid = ${this.group}
mail_location = maildir:${at}/mail/%u
mail_fsync = never
mail_max_userip_connections = 100
passdb {
  driver = static
  args = password=${this.password}
}
${this.tokens ? `passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${at}/oauth2
}` : ''}
userdb {
  driver = static
  args = uid=${this.account} gid=${this.group} home=${at}/mail/%u
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    address = 127.0.0.1
    port = ${this.port}
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = ${this.tlsPort}
    ssl = yes
  }
}
service imap {
  process_limit = 100
}
`;
  }

  // Ready when somebody can log in.
  async start() {
    const command = [program, '-F', '-c', join(this.folder, 'dovecot.conf')];
    if (process.getuid() === 0) command.unshift('runuser', '-u', this.account, '--');
    this.process = spawn(command[0], command.slice(1), { stdio: 'ignore', cwd: '/' });
    this.gone = new Promise((done) => this.process.once('exit', done));
    for (let tries = 0; ; tries++) {
      try {
        (await this.client('nobody')).close();
        return;
      } catch (error) {
        if (tries > 200) throw new Error(`dovecot does not start: ${error.message}\n${this.log()}`);
        await new Promise((done) => setTimeout(done, 50));
      }
    }
  }

  async stop() {
    let pid = 0;
    try { pid = Number(readFileSync(join(this.folder, 'run/master.pid'), 'utf8')); } catch { /* it never ran */ }
    if (pid) process.kill(pid, 'SIGTERM'); else this.process.kill('SIGTERM');
    await this.gone;
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  async close() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  log() { try { return readFileSync(join(this.folder, 'log'), 'utf8'); } catch { return ''; } }

  url(scheme, folder = 'INBOX', port = null) {
    return `${scheme}://127.0.0.1:${port ?? (scheme === 'imaps' ? this.tlsPort : this.port)}/${folder}`;
  }

  client(user) { return ImapClient.open(this.port, user, this.password); }
  mailbox(user) { return new Mailbox(this, user); }
}

class Mailbox {
  constructor(dovecot, user) {
    this.dovecot = dovecot;
    this.user = user;
  }

  async #with(work, folder = null) {
    const client = await this.dovecot.client(this.user);
    try {
      if (folder) await client.command(`SELECT "${folder}"`);
      return await work(client);
    } finally {
      client.close();
    }
  }

  create(folder) { return this.#with((client) => client.command(`CREATE "${folder}"`)); }

  append(folder, messages) {
    return this.#with(async (client) => {
      for (let from = 0; from < messages.length; from += 100) {
        await Promise.all(messages.slice(from, from + 100).map((message) =>
          client.command(`APPEND "${folder}" `, Buffer.from(message))));
      }
    });
  }

  // Many at once, by the files that its deliveries make (Maildir); the server numbers them when it looks.
  async deliver(messages) {
    await this.create('first').catch(() => {}); // makes the mailbox
    const at = join(this.dovecot.folder, 'mail', this.user);
    for (const name of ['', 'new', 'cur', 'tmp']) mkdirSync(join(at, name), { recursive: true });
    const from = `${Math.floor(Date.now() / 1000)}.${process.hrtime.bigint()}`;
    messages.forEach((message, i) => writeFileSync(join(at, 'new', `${from}_${String(i).padStart(6, '0')}.test`), message));
    if (process.getuid() === 0) asText('chown', '-R', `${this.dovecot.account}:${this.dovecot.group}`, at);
  }

  // \Recent is the server's own, and tells whether anybody but an EXAMINE has seen it.
  async flags(folder) {
    const answers = await this.#with(async (client) => {
      await client.command(`EXAMINE "${folder}"`);
      return client.command('UID FETCH 1:* (UID FLAGS)');
    });
    return new Map(answers.filter((line) => line.includes(' FETCH ')).map((line) => [
      Number(line.match(/UID (\d+)/)[1]), line.match(/FLAGS \(([^)]*)\)/)[1]]));
  }

  async subjects(folder) {
    const answers = await this.#with(async (client) => {
      await client.command(`EXAMINE "${folder}"`);
      return client.command('FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])');
    });
    return new Set(answers.map((line) => line.match(/Subject: (.*)\r/)?.[1]).filter(Boolean));
  }

  expunge(folder, uids) {
    return this.#with(async (client) => {
      await client.command(`UID STORE ${uids} +FLAGS.SILENT (\\Deleted)`);
      await client.command('EXPUNGE');
    }, folder);
  }

  move(folder, uids, to) { return this.#with((client) => client.command(`UID MOVE ${uids} "${to}"`), folder); }

  // Lose what numbers the messages: the server numbers them anew, under another UIDVALIDITY.
  async renumber(folder) {
    await this.dovecot.stop();
    const at = join(this.dovecot.folder, 'mail', this.user, folder === 'INBOX' ? '' : `.${folder}`);
    for (const name of ['dovecot-uidlist', 'dovecot.index', 'dovecot.index.log', 'dovecot.index.log.2', 'dovecot.index.cache'])
      rmSync(join(at, name), { force: true });
    await new Promise((done) => setTimeout(done, 1100)); // it numbers by the second
    await this.dovecot.start();
  }
}
