import { decideBatch } from '@oopstream/core-incident';
import { sampleReceipt } from '@oopstream/core-incident/fakes';
import { RetryableError } from '@oopstream/ports';
import type { RetentionStore } from '@oopstream/ports';
import { createFakeClock, until } from '@oopstream/testkit';
import { createDedupBench } from './dedup-bench';
import { startRetentionSweep, sweepRetention } from './retention-sweep';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 23);
const NO_BODIES = { dropBodies: () => Promise.resolve({ looked: 0, gone: 0 }) };

async function bench(retention?: RetentionStore) {
  const { deps, store, counts } = await createDedupBench();
  const config = { ...deps.config, retentionDays: 30, retentionBatchRows: 2, retentionSweepMs: 100 };
  const stores = { ...deps.stores, retention: retention ?? store };
  return { deps: { ...deps, config, stores, clock: createFakeClock(NOW_MS) }, store, counts };
}

describe('retention', () => {
  it('drops months that are over and forgets their receipts, a few at a time', async () => {
    const { deps, store, counts } = await bench();
    const receivedAtMs = (n: number) => (n === 6 ? Date.UTC(2026, 9, 1) : Date.UTC(2026, 7, n * 4));
    const receipts = [1, 2, 3, 4, 5, 6].map((n) =>
      sampleReceipt(n, { receivedAtMs: receivedAtMs(n), readings: [{ bug: 'f' }] }),
    );
    const batch = await store.openBatch(receipts, { nowMs: NOW_MS, retentionMs: 400 * DAY_MS });
    let ids = 0;
    const decided = decideBatch(receipts, batch.state, { newId: () => `id-${(ids += 1)}`, nowMs: NOW_MS });
    await batch.commit(decided.plan, { publications: [], deliveries: [] });

    await sweepRetention(deps);
    expect(store.rows.receipts.size).toBe(1);
    expect(store.rows.crashes.size).toBe(1);
    expect(await store.recount(null)).toEqual({
      fromMs: Date.UTC(2026, 9, 1),
      counts: await store.counts(null),
    });
    expect([...counts]).toEqual([
      ['oopstream_retention_rows{months}', 1],
      ['oopstream_retention_rows{receipts}', 5],
      ['oopstream_retention_rows{transcripts}', 5],
      ['oopstream_retention_rows{bodies}', 5],
    ]);
  });

  it('leaves it to another process that is at it', async () => {
    let forgot = 0;
    const { deps, counts } = await bench({
      ...NO_BODIES,
      dropMonths: () => Promise.resolve(null),
      forget: () => {
        forgot += 1;
        return Promise.resolve(null);
      },
    });
    await sweepRetention(deps);
    expect([forgot, counts.size]).toEqual([0, 0]);
  });

  it('looks again after an error that passes, and tells of it meanwhile', async () => {
    let looks = 0;
    let isAway = true;
    const { deps } = await bench({
      ...NO_BODIES,
      dropMonths: () => {
        looks += 1;
        return isAway
          ? Promise.reject(new RetryableError('store-unavailable', 'away'))
          : Promise.resolve(null);
      },
      forget: () => Promise.resolve(null),
    });
    const sweep = startRetentionSweep(deps);
    await until(() => looks > 1 && sweep.lastError() === 'store-unavailable: away');
    isAway = false;
    await until(() => sweep.lastError() === null);
    await sweep.stop();
  });

  it('ends the service at an error that looking again cannot heal', async () => {
    const { deps } = await bench({
      ...NO_BODIES,
      dropMonths: () => Promise.reject(new TypeError('a bug')),
      forget: () => Promise.resolve(null),
    });
    await expect(startRetentionSweep(deps).failed).rejects.toThrow('a bug');
  });

  it('stops between two steps', async () => {
    let steps = 0;
    const { deps } = await bench({
      ...NO_BODIES,
      dropMonths: () => Promise.resolve({ floorMs: 0, droppedMonths: 0 }),
      forget: () => {
        steps += 1;
        const { promise, resolve } = Promise.withResolvers<{
          receipts: number;
          claims: number;
          deliveries: number;
          transcripts: number;
        }>();
        setImmediate(() => resolve({ receipts: 2, claims: 0, deliveries: 0, transcripts: 0 }));
        return promise;
      },
    });
    const sweep = startRetentionSweep(deps);
    await until(() => steps > 3);
    await sweep.stop();
    const stoppedAt = steps;
    await new Promise((resolve) => setImmediate(resolve));
    expect(steps).toBe(stoppedAt);
  });
});
