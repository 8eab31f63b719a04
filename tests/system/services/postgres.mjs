// Another system's PostgreSQL: a cluster of its own on loopback, with a password, ended with its data.
//
//   const shop = Postgres.start(); // null where PostgreSQL is not installed
//   shop.sql('create table customer (...)');
//   shop.dsn(port)                 // for a dsn-file; another port: through a proxy
//   shop.restart('immediate'); shop.keep('monday'); shop.goBackTo('monday');
//   shop.remove();
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.mjs';

const password = 'another-systems-password';

function programs() {
  const all = '/usr/lib/postgresql';
  const versions = existsSync(all) ? readdirSync(all).sort((a, b) => b - a) : [];
  return versions.map((version) => join(all, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

// As root its programs refuse to run: then they run as the user that comes with them.
function as(program, ...words) {
  const [command, ...rest] = userInfo().uid === 0 ? ['runuser', '-u', 'postgres', '--', program, ...words] : [program, ...words];
  const done = spawnSync(command, rest, { encoding: 'utf8', cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
  if (done.status !== 0) throw new Error(`${program} ${words.join(' ')}: ${done.stderr}`);
}

export class Postgres {
  static async start() {
    const bin = programs();
    if (!bin) return null;
    const postgres = new Postgres();
    postgres.bin = bin;
    postgres.home = mkdtempSync(join(tmpdir(), 'axle-postgres-'));
    postgres.port = await freePort();
    const secret = join(postgres.home, 'password');
    writeFileSync(secret, `${password}\n`, { mode: 0o644 });
    if (userInfo().uid === 0) {
      const { stdout } = spawnSync('id', ['-u', 'postgres'], { encoding: 'utf8' });
      chownSync(postgres.home, Number(stdout), -1);
    }
    as(join(bin, 'initdb'), '-D', postgres.data, '-U', 'shop', '-A', 'scram-sha-256', `--pwfile=${secret}`,
      '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync');
    postgres.begin();
    postgres.sql('create database shop', 'postgres');
    return postgres;
  }

  get data() { return join(this.home, 'data'); }

  begin() {
    as(join(this.bin, 'pg_ctl'), '-D', this.data, '-w', '-l', join(this.home, 'log'), '-o',
      `-p ${this.port} -k ${this.home} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=40`, 'start');
  }

  stop(mode = 'fast') { as(join(this.bin, 'pg_ctl'), '-D', this.data, '-w', '-m', mode, 'stop'); }

  restart(mode = 'fast') {
    this.stop(mode);
    this.begin();
  }

  // The state as it is now, to come back to: what a standby that lagged, or a backup, would bring.
  keep(name) {
    this.stop();
    as('cp', '-a', this.data, join(this.home, name));
    this.begin();
  }

  goBackTo(name) {
    this.stop();
    as('rm', '-rf', this.data);
    as('cp', '-a', join(this.home, name), this.data);
    this.begin();
  }

  dsn(port = this.port) {
    return `host=127.0.0.1 port=${port} user=shop password=${password} dbname=shop`;
  }

  get environment() { return { ...process.env, PGPASSWORD: password }; }

  words(database) {
    return ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-F', '\t', '-h', '127.0.0.1', '-p', String(this.port), '-U', 'shop', '-d', database];
  }

  sql(text, database = 'shop') {
    const done = spawnSync('psql', [...this.words(database), '-c', text],
      { env: this.environment, encoding: 'utf8', maxBuffer: 1 << 28 });
    if (done.status !== 0) throw new Error(done.stderr);
    return done.stdout.split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
  }

  // A session that stays open: what is committed late is begun here.
  session() {
    const psql = spawn('psql', this.words('shop'), { env: this.environment, stdio: ['pipe', 'pipe', 'inherit'] });
    let answered = '';
    psql.stdout.setEncoding('utf8').on('data', (text) => { answered += text; });
    return {
      async run(text) {
        const mark = `-- ${Math.random()}`;
        psql.stdin.write(`${text};\n\\echo '${mark}'\n`);
        while (!answered.includes(mark)) await new Promise((done) => setTimeout(done, 5));
      },
      end: () => new Promise((done) => { psql.once('close', done); psql.stdin.end(); }),
    };
  }

  remove() {
    try { this.stop('immediate'); } catch { /* it was down */ }
    rmSync(this.home, { recursive: true, force: true });
  }
}
