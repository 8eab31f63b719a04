// Sequence neutrality: one state, whatever the order, the files, the batches and the number of workers.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Instance } from './axle.mjs';
import { anyOrder, assertSame, couples, deadlocks, dice, drop, febrl3, hubOn, intoFiles, loadUntilDone, long, madeUp, makeSite,
  roll, stateOf, withPast } from './history.mjs';

const chance = dice('order');
const site = makeSite();
const store = new Instance({ AXLE_SITE: site, AXLE_WORKERS: '0' });
before(() => { store.up(); });
after(() => {
  store.remove();
  rmSync(site, { recursive: true, force: true });
});

// Files a source is cut into, and deliveries a transaction.
const splits = [{ files: 1, batch: 200 }, { files: 7, batch: 13 }, { files: 3, batch: 1000 }];

// Three settings show most; the full matrix shows all.
function settings() {
  const orders = [1, 2, 3].map(() => chance.below(4294967296));
  if (!long) return [[0, 0, 1], [1, 1, 3], [2, 2, 3]].map(([o, s, workers]) => ({ order: orders[o], ...splits[s], workers }));
  return orders.flatMap((order) => splits.flatMap((split) => [1, 3].map((workers) => ({ order, ...split, workers }))));
}

// Sources come side by side; the files of one come one after the other, dropped or loaded.
async function deliver(axle, sources, { order, files }) {
  const own = roll(order);
  await Promise.all(own.shuffled(sources).map(async (source) => {
    for (const content of intoFiles(source, anyOrder(source, own), files))
      if (own.below(2)) await drop(axle, source, content);
      else await loadUntilDone(axle, source, content);
  }));
}

let databases = 0;

async function sameState(t, sources) {
  let first;
  for (const setting of settings()) {
    const started = Date.now();
    const { axle, remove } = hubOn(store, `run_${++databases}`,
      { AXLE_SITE: site, AXLE_WORKERS: `${setting.workers}`, AXLE_BATCH: `${setting.batch}` });
    try {
      await deliver(axle, sources, setting);
      const state = stateOf(axle);
      const what = JSON.stringify(setting);
      t.diagnostic(`${what}: ${state.hash.slice(0, 12)} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
      for (const source of sources) {
        assert.equal(state.received[source.name], source.versions.flat().length, `${what}: received of ${source.name}`);
        // Of two parts one may still be as an earlier delivery said.
        assert.ok(state.current[source.name] >= source.versions.length, `${what}: current of ${source.name}`);
      }
      if (first) assertSame(first, state, what);
      else first = state;
    } finally {
      remove();
    }
  }
  assert.deepEqual(deadlocks(store), []);
}

const records = febrl3();
test('febrl3 comes to one state', { skip: records ? false : 'skipped: febrl3 is not here (AXLE_SHARED)' },
  (t) => sameState(t, withPast(records, chance)));

test('made-up customers of four sources, and bookings for two, come to one state', (t) => {
  const sources = madeUp(long ? 20000 : 5000, 7);
  return sameState(t, withPast([...sources, couples(sources, long ? 2000 : 500)], chance));
});
