import type { IncidentState } from '@oopstream/core-incident';
import { formatIncidentNumber } from '@oopstream/core-incident';
import { MemoryDecisionStore, MemoryIncidentStore } from '@oopstream/ports/fakes';
import fc from 'fast-check';
import { readDelivery } from './measure/read-delivery';
import { settleReceipts } from './measure/settle-fleet';
import { createSeededRandom } from './seeded-random';
import { DEFAULT_FLEET, simulateFleet } from './simulate-fleet';

const fleet = simulateFleet({ ...DEFAULT_FLEET, seed: 12, hosts: 60, days: 60, stormHosts: 15 });
const receipts = fleet.deliveries.map(readDelivery);
const half = Math.floor(receipts.length / 2);
const nowMs = fleet.world.startMs + 100 * 86_400_000;
const act = { atMs: nowMs, actor: 'token:ann', note: null, traceparent: null };

function openStore() {
  let ids = 0;
  const newId = () => `00000000-0000-7000-8000-${String((ids += 1)).padStart(12, '0')}`;
  const store = new MemoryIncidentStore();
  const settle = (some: typeof receipts) =>
    settleReceipts(store.rows, some, { batchSize: 40, newId, clock: () => 0 });
  return { store, settle, people: new MemoryDecisionStore(store, newId) };
}

it('what people merged and pinned stays through later crashes, and through all receipts once more', async () => {
  const seeds = fc.integer({ min: 1, max: 2 ** 31 });
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const random = createSeededRandom(seed);
      const { store, settle, people } = openStore();
      settle(receipts.slice(0, half));
      const open = [...store.rows.incidents.values()].filter(({ holding }) => !holding);
      const [from, into, other] = [...open].sort(() => random.next() - 0.5);
      if (from === undefined || into === undefined || other === undefined)
        throw new Error('too few incidents');
      const name = ({ number }: IncidentState) => formatIncidentNumber(number);
      const merged = [...store.rows.keys.values()].filter(({ incidentId }) => incidentId === from.id);
      expect(await people.merge('default', name(from), name(into), act)).not.toHaveProperty('reason');
      const crashes = [...store.rows.crashes.values()].filter(
        ({ held, incidentId }) => !held && incidentId !== other.id,
      );
      const pinned = random.pick(crashes);
      await people.pinCrash('default', pinned.id, name(other), act);

      const isKept = () => {
        expect(store.rows.crashes.get(pinned.id)?.incidentId).toBe(other.id);
        for (const { groupKey } of merged) {
          expect(store.rows.keys.get(`default ${groupKey}`)?.incidentId).toBe(into.id);
          for (const crash of store.rows.crashes.values())
            if (crash.id !== pinned.id && !crash.held && crash.groupKey === groupKey)
              expect(crash.incidentId).toBe(into.id);
        }
      };
      isKept();
      settle(receipts.slice(half));
      isKept();
      const before = [...store.rows.crashes.values()].map(({ id, incidentId }) => `${id} ${incidentId}`);
      settle(receipts);
      expect([...store.rows.crashes.values()].map(({ id, incidentId }) => `${id} ${incidentId}`)).toEqual(
        before,
      );
    }),
    { numRuns: 15, seed: 20_261_123 },
  );
});
