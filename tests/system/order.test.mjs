// Sequence neutrality: one state, whatever the order, the files, the batches, the number of workers, and whether the
// files are dropped or loaded as a whole; with inserts, updates and deletes.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Instance } from './axle.mjs';
import { anyOrder, assertSame, couples, deadlocks, dice, drop, hubOn, intoFiles, labelled, loadUntilDone, long, madeUp, makeSite,
  roll, sets, stateOf, withPast } from './history.mjs';

const chance = dice('order');
const site = makeSite({ deletes: true });
const store = new Instance({ AXLE_SITE: site, AXLE_WORKERS: '0' });
before(() => { store.up(); });
after(() => {
  store.remove();
  rmSync(site, { recursive: true, force: true });
});

// How it comes: dropped, loaded as a whole (AXLE_BULK_LEAST), or some of both; files that a source is cut into;
// deliveries a transaction; workers.
const ways = [
  { by: 'drop', files: 7, batch: 13, workers: 3 },
  { by: 'load', files: 1, batch: 200, workers: 1 },
  { by: 'both', files: 3, batch: 1000, workers: 3 },
  { by: 'load', files: 5, batch: 50, workers: 2 },
  { by: 'drop', files: 1, batch: 200, workers: 1 },
  { by: 'both', files: 9, batch: 29, workers: 2 },
  { by: 'both', files: 2, batch: 200, workers: 1 },
  { by: 'drop', files: 3, batch: 1000, workers: 2 },
  { by: 'load', files: 3, batch: 13, workers: 3 },
  { by: 'both', files: 6, batch: 111, workers: 3 },
];

// Each in an order of its own.  Three show most; all ten show all.
const settings = () => ways.slice(0, long ? ways.length : 3).map((way) => ({ ...way, order: chance.below(4294967296) }));

// Sources come side by side; the files of one come one after the other.
async function deliver(axle, sources, { order, files, by }) {
  const own = roll(order);
  await Promise.all(own.shuffled(sources).map(async (source) => {
    for (const content of intoFiles(source, anyOrder(source, own), files))
      if (by === 'drop' || (by === 'both' && own.below(2))) await drop(axle, source, content);
      else await loadUntilDone(axle, source, content);
  }));
}

let databases = 0;

async function sameState(t, sources) {
  let first;
  for (const setting of settings()) {
    const started = Date.now();
    const { axle, remove } = hubOn(store, `run_${++databases}`,
      { AXLE_SITE: site, AXLE_WORKERS: `${setting.workers}`, AXLE_BATCH: `${setting.batch}`, AXLE_BULK_LEAST: '1' });
    try {
      await deliver(axle, sources, setting);
      const state = stateOf(axle);
      const what = JSON.stringify(setting);
      t.diagnostic(`${what}: ${state.hash} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
      for (const source of sources) {
        assert.equal(state.received[source.name], source.versions.flat().length, `${what}: received of ${source.name}`);
        // Of two parts one may still be as an earlier delivery said.
        assert.ok(state.current[source.name] >= source.alive, `${what}: current of ${source.name}`);
      }
      if (first) assertSame(first, state, what);
      else first = state;
    } finally {
      remove();
    }
  }
  assert.deepEqual(deadlocks(store), []);
}

// Of the labelled sets the first in any case, the others where time is no matter.
for (const set of Object.keys(sets).slice(0, long ? undefined : 1)) {
  const sources = labelled(set);
  test(`${set} comes to one state`, { skip: sources ? false : `skipped: ${set} is not here (AXLE_SHARED)` },
    (t) => sameState(t, withPast(sources, chance, { deletes: true })));
}

test('made-up customers of four sources, and bookings for two, come to one state', (t) => {
  const sources = madeUp(long ? 20000 : 5000, 7);
  return sameState(t, withPast([...sources, couples(sources, long ? 2000 : 500)], chance, { deletes: true }));
});
