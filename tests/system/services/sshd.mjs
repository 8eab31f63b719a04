// A real SSH server on loopback, unprivileged, that lets its own user in by an ed25519 key: only SFTP.
//
//   const sshd = await Sshd.start(); // null where OpenSSH's server is not installed
//   sshd.files                      // the folder that it serves
//   sshd.url(port)                  // "sftp://127.0.0.1:PORT/..."; another port: through a proxy
//   sshd.user, sshd.key, sshd.hostKey
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.mjs';

const program = '/usr/sbin/sshd';
const isRoot = userInfo().uid === 0;
// Root's own server would need places of the system's; somebody who is there wherever Axle is does as well.
const user = isRoot ? 'postgres' : userInfo().username;

function run(...words) {
  const done = spawnSync(words[0], words.slice(1), { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${words.join(' ')}: ${done.stderr}`);
  return done.stdout;
}

// A process and all that it has started.
function family(pid) {
  const parents = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      return [[Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')[1])]];
    } catch {
      return [];
    }
  });
  const members = [pid];
  for (const member of members) members.push(...parents.filter(([, parent]) => parent === member).map(([child]) => child));
  return members;
}

export class Sshd {
  static async start() {
    if (!existsSync(program)) return null;
    const sshd = new Sshd();
    sshd.home = mkdtempSync(join(tmpdir(), 'axle-sshd-'));
    chmodSync(sshd.home, 0o755);
    sshd.files = join(sshd.home, 'files');
    mkdirSync(sshd.files, { mode: 0o755 });
    sshd.user = user;
    sshd.key = sshd.makeKey('ed25519');
    run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(sshd.home, 'host'));
    sshd.hostKey = run('ssh-keygen', '-l', '-f', join(sshd.home, 'host.pub')).split(' ')[1];
    sshd.port = await freePort();
    writeFileSync(join(sshd.home, 'config'), [
      `Port ${sshd.port}`, 'ListenAddress 127.0.0.1', `HostKey ${join(sshd.home, 'host')}`,
      `AuthorizedKeysFile ${join(sshd.home, 'authorized')}`, 'PidFile none', 'StrictModes no', 'UsePAM no',
      'PasswordAuthentication no', 'MaxStartups 100', 'Subsystem sftp internal-sftp', ''].join('\n'));
    if (isRoot) run('chown', `${user}:`, join(sshd.home, 'host'), sshd.home);
    await sshd.begin();
    return sshd;
  }

  // A key that the server knows; its path.
  makeKey(type, ...words) {
    const path = join(this.home, `key-${type}`);
    run('ssh-keygen', '-q', '-t', type, '-N', '', ...words, '-f', path);
    writeFileSync(join(this.home, 'authorized'), readFileSync(`${path}.pub`), { flag: 'a', mode: 0o644 });
    return path;
  }

  async begin() {
    const words = [program, '-D', '-e', '-f', join(this.home, 'config')];
    const [command, ...rest] = isRoot ? ['runuser', '-u', user, '--', ...words] : words;
    this.process = spawn(command, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.log = '';
    this.process.stderr.on('data', (text) => { this.log += text; });
    for (let i = 0; !await this.answers(); i++) {
      if (i > 200) throw new Error(`sshd does not start: ${this.log}`);
      await new Promise((done) => setTimeout(done, 25));
    }
  }

  answers() {
    return new Promise((done) => {
      const socket = connect(this.port, '127.0.0.1', () => { socket.destroy(); done(true); });
      socket.on('error', () => done(false));
    });
  }

  // With all that it has begun: connections break.
  async stop() {
    const ended = new Promise((done) => this.process.once('exit', done));
    for (const pid of family(this.process.pid)) {
      try { process.kill(pid, 'SIGKILL'); } catch { /* it ended by itself */ }
    }
    await ended;
  }

  async restart() {
    await this.stop();
    await this.begin();
  }

  url(port = this.port) { return `sftp://127.0.0.1:${port}${this.files}`; }

  async remove() {
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }
}
