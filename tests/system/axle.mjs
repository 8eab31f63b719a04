// What system tests share: an instance of its own in a fresh home, and waiting.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

export const root = resolve(new URL('../..', import.meta.url).pathname);
export const bin = process.env.AXLE_BIN ?? join(root, 'build/bin');

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// A sample mapping without what it makes beside customers: one record of each delivery.
export const customersAlone = (mapping) =>
  mapping.replace(/\n *<!--[^>]*-->(?=\n *<record)|\n *<record class="(?!customer")[^]*?<\/record>/g, '');

// Ask `probe` until it gives something true, the less often the longer it takes: asking costs whoever is asked.
// Fails after `seconds` with what was hoped for.
export async function until(what, probe, seconds = 10) {
  const start = Date.now();
  for (;;) {
    const answer = await probe();
    if (answer) return answer;
    const waited = Date.now() - start;
    if (waited > seconds * 1000) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(Math.min(20 + waited / 20, 250));
  }
}

export class Instance {
  #database;

  // `env` adds to the environment: AXLE_SITE, AXLE_LISTEN, AXLE_WORKERS ...
  constructor(env = {}, home = mkdtempSync(join(tmpdir(), 'axle-system-'))) {
    this.home = home;
    this.environment = { PATH: process.env.PATH, HOME: process.env.HOME, AXLE_HOME: home,
      LSAN_OPTIONS: `suppressions=${join(root, 'tests/system/leaks.supp')}:print_suppressions=0`, ...env };
  }

  // Run a command to its end; {status, stdout, stderr}.
  axle(...words) {
    const done = spawnSync(join(bin, 'axle'), words, {
      env: this.environment, encoding: 'utf8', maxBuffer: 1 << 28,
    });
    return { status: done.status, stdout: done.stdout, stderr: done.stderr };
  }

  // The same without waiting.
  axleLater(...words) {
    return new Promise((done) => {
      execFile(join(bin, 'axle'), words, { env: this.environment, maxBuffer: 1 << 28 },
        (error, stdout, stderr) => done({ status: error ? error.code : 0, stdout, stderr }));
    });
  }

  must(...words) {
    const done = this.axle(...words);
    if (done.status !== 0) throw new Error(`axle ${words.join(' ')}: ${done.status}\n${done.stderr}`);
    return done.stdout;
  }

  up() { return this.must('up'); }
  down() { return this.must('down'); }

  // What `axle env` exports, as an object.
  env() {
    const lines = this.must('env').matchAll(/^export (\w+)='(.*)'$/gm);
    return Object.fromEntries([...lines].map(([, name, value]) => [name, value]));
  }

  // Rows of a query as arrays of text.
  sql(query) {
    this.#database ??= this.env(); // it stays where it is
    const done = spawnSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-F', '\t', '-c', query], {
      env: { ...this.environment, ...this.#database }, encoding: 'utf8', maxBuffer: 1 << 28,
    });
    if (done.status !== 0) throw new Error(done.stderr);
    return done.stdout.split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
  }

  status() { return JSON.parse(this.axle('status', '--json').stdout); }

  // Process ids of a program of this instance, read from /proc as anybody outside would.
  processes(program) {
    return readdirSync('/proc').filter((pid) => {
      if (!/^\d+$/.test(pid)) return false;
      try {
        const [argv0] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        const comm = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
        const env = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
        return basename(argv0) === program && comm === program.slice(0, 15) &&
          env.includes(`AXLE_HOME=${this.home}`);
      } catch {
        return false;
      }
    }).map(Number);
  }

  // Stop it, and remove everything it had.  A sanitizer's complaint in a log is a failure.
  remove() {
    this.axle('down');
    const logs = join(this.home, 'log');
    for (const name of existsSync(logs) ? readdirSync(logs) : []) {
      const complaint = readFileSync(join(logs, name), 'utf8').match(/.*(Sanitizer|runtime error|Assertion).*/);
      if (complaint) throw new Error(`${name}: ${complaint[0]}`);
    }
    try {
      // Where user postgres could not reach the home, its data lie elsewhere.
      rmSync(dirname(readlinkSync(join(this.home, 'pg'))), { recursive: true, force: true });
    } catch (error) {
      if (!['EINVAL', 'ENOENT'].includes(error.code)) throw error;
    }
    rmSync(this.home, { recursive: true, force: true });
  }
}
