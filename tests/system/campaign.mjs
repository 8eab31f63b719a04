// A campaign: a source goes on bringing records while, round after round, something happens to it, to whoever
// reads it, or to what lies between; at the end each record is there once.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sleep, until } from './axle.mjs';
import { assertSame, hubOn, long, stateOf } from './history.mjs';

export const roundsOf = (few = 10, many = 200) => (long ? many : few);

// Each round calls bring(round) and, a random moment later, one of the faults: {name: async () => ...}.  All of
// them come about equally often.  What bring() began may go on over the rounds; its promises are
// waited for at the end.
export async function campaign(t, { chance, faults, bring, rounds = roundsOf(), pause = 400 }) {
  const brought = [];
  const counts = {};
  let names = [];
  for (let round = 0; round < rounds; round++) {
    names = names.length ? names : chance.shuffled(Object.keys(faults));
    const name = names.pop();
    counts[name] = (counts[name] ?? 0) + 1;
    const bringing = Promise.resolve(bring(round));
    bringing.catch(() => {}); // told at the end
    brought.push(bringing);
    await sleep(chance.below(pause));
    await faults[name]();
  }
  await Promise.all(brought);
  t.diagnostic(`${rounds} rounds: ${Object.entries(counts).map(([name, count]) => `${name} ${count}`).join(', ')}`);
}

// The process that reads a source, if there is one just now.
export function reader(axle, source) {
  return ['mail', 'callcenter', 'web', 'warranty'].flatMap((name) => axle.processes(`axle-${name}`)).find((pid) => {
    try { return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1] === source; } catch { return false; }
  });
}

export function signal(pid, name) {
  try { process.kill(pid, name); } catch { /* it was faster */ }
}

// What can happen to whoever reads a source of this instance, by name.  `store` is the instance that has the
// server, if it is another.
export function faultsOf(axle, source, chance, store = axle) {
  const server = () => Number(readFileSync(join(store.home, 'pg/postmaster.pid'), 'utf8').split('\n')[0]);
  return {
    'kill the connector': () => signal(reader(axle, source), 'SIGKILL'),
    'end the connector': () => signal(reader(axle, source), 'SIGTERM'),
    'hold the connector up': async () => {
      const pid = reader(axle, source);
      signal(pid, 'SIGSTOP');
      await sleep(chance.between(50, 500));
      signal(pid, 'SIGCONT');
    },
    'restart PostgreSQL': () => signal(server(), 'SIGQUIT'),
    'cut the connection': () => {
      try {
        axle.sql(`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'axle-%'`);
      } catch { /* it is being restarted */ }
    },
  };
}

// Every record of a source lies in the inbox once; `nameOf` tells which one a raw record is.
export function assertEachOnce(axle, source, names, nameOf) {
  const raws = axle.sql(`select replace(convert_from(body, 'UTF8'), E'\\n', ' ') from hub.payload join hub.inbox using (inbox_id)
    join hub.source using (source_id) where name = '${source}'`);
  const times = new Map();
  for (const [raw] of raws) times.set(nameOf(raw), (times.get(nameOf(raw)) ?? 0) + 1);
  const lost = names.filter((name) => !times.has(name));
  const twice = [...times].filter(([, count]) => count > 1).map(([name]) => name);
  assert.deepEqual({ lost: lost.slice(0, 5), twice: twice.slice(0, 5) }, { lost: [], twice: [] },
    `${source}: ${lost.length} of ${names.length} records are lost, ${twice.length} are there more than once`);
  assert.equal(times.size, names.length, `${source}: records that nobody brought`);
}

// A hub of its own on the server of `store`, with one mapping and what lies beside it: {axle, remove}.
export function hubWith(store, name, source, mapping, secrets = {}) {
  const site = mkdtempSync(join(tmpdir(), 'axle-site-'));
  mkdirSync(join(site, 'mappings'));
  writeFileSync(join(site, 'mappings', `${source}.xml`), mapping);
  for (const [file, text] of Object.entries(secrets)) writeFileSync(join(site, file), `${text}\n`, { mode: 0o600 });
  const { axle, remove } = hubOn(store, name, { AXLE_SITE: site });
  return { axle, remove: () => { remove(); rmSync(site, { recursive: true, force: true }); } };
}

// The campaign is over: wait for the last record, and compare with a hub that was brought the same in peace, as a file.
export async function assertCampaign(store, { axle, remove }, source, { names, idOf, mapping, file, seconds = 120 }) {
  const there = () => { try { return Number(axle.sql('select count(*) from hub.inbox')[0][0]); } catch { return -1; } };
  await until(`all ${names.length} are there`, () => there() >= names.length, seconds).catch((error) => {
    throw new Error(`${error.message}: ${there()} are, ${axle.sql('select s.name, t.state, t.error from hub.source_state t join hub.source s using (source_id)')}`);
  });
  await sleep(1000); // whatever came twice may come later
  const disturbed = stateOf(axle);
  assertEachOnce(axle, source, names, idOf);
  remove();
  const calm = hubWith(store, 'calm', source, mapping.replace(/<from>[^]*<\/from>/, '<from><push/></from>'));
  const path = join(calm.axle.home, 'all');
  writeFileSync(path, file);
  calm.axle.must('load', path, '--source', source);
  assertSame(stateOf(calm.axle), disturbed, 'disturbed');
  calm.remove();
}
