import { sampleReceipt } from '@oopstream/core-incident/fakes';
import { decideBatch } from '@oopstream/core-incident';
import { createDedupBench } from './dedup-bench';
import { recountFrames } from './frame-recount';

const NOW_MS = Date.UTC(2026, 0, 2);

it('counts functions once there are keys, and again only when a tenth more came', async () => {
  const { deps, store } = await createDedupBench();
  let ids = 0;
  const settle = async (from: number, to: number): Promise<void> => {
    const receipts = Array.from({ length: to - from }, (_, n) =>
      sampleReceipt(from + n, { readings: [{ bug: `bug_${from + n}` }] }),
    );
    const batch = await store.openBatch(receipts, { nowMs: NOW_MS, retentionMs: NOW_MS });
    const { plan } = decideBatch(receipts, batch.state, { newId: () => `id-${(ids += 1)}`, nowMs: NOW_MS });
    await batch.commit(plan, { publications: [], deliveries: [] });
  };
  const version = async (): Promise<number | undefined> => {
    const batch = await store.openBatch([], { nowMs: NOW_MS, retentionMs: NOW_MS });
    await batch.release();
    return batch.state.joining.models[0]?.version;
  };
  await recountFrames(deps);
  expect(await version()).toBeUndefined();
  await settle(0, 20);
  await recountFrames(deps);
  expect(await version()).toBe(1);
  await settle(20, 22);
  await recountFrames(deps);
  expect(await version()).toBe(1);
  await settle(22, 30);
  await recountFrames(deps);
  expect(await version()).toBe(2);
});
