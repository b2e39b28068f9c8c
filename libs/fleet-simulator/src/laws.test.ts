import { MemoryIncidents } from '@oopstream/core-incident/fakes';
import type { KnownCrash, Receipt } from '@oopstream/core-incident';
import fc from 'fast-check';
import { readDelivery } from './measure/read-delivery';
import { settleReceipts } from './measure/settle-fleet';
import type { Settled } from './measure/settle-fleet';
import { createSeededRandom } from './seeded-random';
import { DEFAULT_FLEET, simulateFleet } from './simulate-fleet';

/** Laws of grouping, held on crashes of a simulated fleet: what its size and its seed are does not matter. */
const fleet = simulateFleet({ ...DEFAULT_FLEET, seed: 11, hosts: 60, days: 60, stormHosts: 15, badHosts: 1 });
const receipts = fleet.deliveries.map(readDelivery);
const RUNS = { numRuns: 12, seed: 20_261_123 };
const seeds = fc.integer({ min: 1, max: 2 ** 31 });

interface Run {
  readonly store: MemoryIncidents;
  readonly settled: Settled;
}

function run(inOrder: readonly Receipt[], batchSize = 40, store = new MemoryIncidents()): Run {
  let ids = 0;
  const newId = (): string => `00000000-0000-7000-8000-${String((ids += 1)).padStart(12, '0')}`;
  return { store, settled: settleReceipts(store, inOrder, { batchSize, newId, clock: () => 0 }) };
}

const spell = ({ hostId, transcriptIds, groupKeys, fatal, held }: KnownCrash): string =>
  JSON.stringify([hostId, [...transcriptIds].sort(), [...groupKeys].sort(), fatal, held]);

/** Crashes by what they show, whatever their ids. */
function crashesOf({ store }: Run): string[] {
  return [...store.crashes.values()].map(spell).sort();
}

/** Incidents by their crashes and counts; those that a similar stack was ever joined to, only if asked for. */
function incidentsOf({ store, settled }: Run, withSimilar: boolean): string[] {
  const similar = new Set(
    settled.plans.flatMap(({ keys }) =>
      keys.filter(({ reason }) => !KEY_REASONS.has(reason)).map(({ incidentId }) => incidentId),
    ),
  );
  return [...store.incidents.values()]
    .filter(({ id }) => withSimilar || !similar.has(id))
    .map(({ id, status, crashes, fatalCrashes, hosts }) =>
      JSON.stringify([status, crashes, fatalCrashes, hosts, shownBy(store, id)]),
    )
    .sort();
}

const KEY_REASONS = new Set<string>(['first-sighting', 'damaged']);

function shownBy(store: MemoryIncidents, incidentId: string): string[] {
  return [...store.crashes.values()]
    .filter((crash) => crash.incidentId === incidentId)
    .map(spell)
    .sort();
}

const inTimeOrder = run(receipts);

/** The same texts of each host in the same order, hosts in any. */
function shuffledBetweenHosts(seed: number): Receipt[] {
  const random = createSeededRandom(seed);
  const queues = [...Map.groupBy(receipts, ({ transcript }) => transcript?.hostId).values()].map((of) => [
    ...of,
  ]);
  const order: Receipt[] = [];
  while (queues.length > 0) {
    const at = random.below(queues.length);
    const queue = queues[at] ?? [];
    order.push(...queue.splice(0, 1 + random.below(3)));
    if (queue.length === 0) queues.splice(at, 1);
  }
  return order;
}

/** Some receipts delivered again, anywhere after their first time. */
function withRedeliveries(seed: number): Receipt[] {
  const random = createSeededRandom(seed);
  const order = [...receipts];
  for (let n = 0; n < receipts.length / 4; n += 1) {
    const from = random.below(order.length);
    const receipt = order[from];
    if (receipt !== undefined) order.splice(from + 1 + random.below(order.length - from), 0, receipt);
  }
  return order;
}

it('is a run worth the name: incidents of several hosts, held crashes, duplicates', () => {
  const incidents = [...inTimeOrder.store.incidents.values()];
  expect(incidents.filter(({ hosts }) => hosts > 2).length).toBeGreaterThan(8);
  expect(inTimeOrder.store.counts(null).transcripts['duplicate']).toBeGreaterThan(5);
  expect(crashesOf(inTimeOrder).length).toBeGreaterThan(150);
});

it('redelivered receipts, in whatever place, change nothing', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const again = run(withRedeliveries(seed));
      expect(crashesOf(again)).toEqual(crashesOf(inTimeOrder));
      expect(incidentsOf(again, true)).toEqual(incidentsOf(inTimeOrder, true));
      expect(again.store.counts(null)).toEqual(inTimeOrder.store.counts(null));
    }),
    RUNS,
  );
});

it('texts sent again count as duplicates, and nothing else changes', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const random = createSeededRandom(seed);
      const again = receipts
        .filter(() => random.chance(0.2))
        .map((receipt, n) => ({ ...receipt, receiptId: `again-${n}`, source: { partition: 9, offset: n } }));
      const sent = run([...receipts, ...again]);
      expect(crashesOf(sent)).toEqual(crashesOf(inTimeOrder));
      expect(incidentsOf(sent, true)).toEqual(incidentsOf(inTimeOrder, true));
      const { duplicate = 0, ...others } = sent.store.counts(null).transcripts;
      const { duplicate: before = 0, ...othersBefore } = inTimeOrder.store.counts(null).transcripts;
      expect([duplicate, others]).toEqual([before + again.length, othersBefore]);
      expect(sent.store.counts(null).readings).toEqual(inTimeOrder.store.counts(null).readings);
    }),
    RUNS,
  );
});

it('any order between hosts gives the same crashes and ledger, and the same incidents wherever keys decide', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const other = run(shuffledBetweenHosts(seed));
      expect(crashesOf(other)).toEqual(crashesOf(inTimeOrder));
      expect(other.store.counts(null)).toEqual(inTimeOrder.store.counts(null));
      const keyed = new Set(incidentsOf(inTimeOrder, false));
      const joined = new Set(incidentsOf(inTimeOrder, true));
      // What keys decided in both runs is the same; what similarity decided in one may be cut otherwise in the other.
      const strange = incidentsOf(other, false).filter((one) => !joined.has(one));
      const touched = joined.size - keyed.size;
      expect(strange.length).toBeLessThanOrEqual(2 * touched);
    }),
    RUNS,
  );
});

it('one group key leads to one incident, in any order', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { store } = run(shuffledBetweenHosts(seed));
      for (const crash of store.crashes.values()) {
        if (crash.held) continue;
        const led = crash.groupKeys.map((key) => store.keys.get(`default ${key}`)?.incidentId);
        expect(led).toContain(crash.incidentId);
      }
    }),
    RUNS,
  );
});

it('batches of any size give the same', () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 7, 100, 1000), (batchSize) => {
      const other = run(receipts, batchSize);
      expect(crashesOf(other)).toEqual(crashesOf(inTimeOrder));
      expect(incidentsOf(other, true)).toEqual(incidentsOf(inTimeOrder, true));
      expect(other.store.counts(null)).toEqual(inTimeOrder.store.counts(null));
    }),
    { numRuns: 5, seed: RUNS.seed },
  );
});

it('the same run a second time, in time order, is a no-op', () => {
  const { store } = run(receipts);
  const before = { crashes: crashesOf({ store, settled: inTimeOrder.settled }), counts: store.counts(null) };
  const { settled } = run(receipts, 40, store);
  for (const plan of settled.plans)
    expect([
      plan.newReceipts,
      plan.changedReceipts,
      plan.crashes,
      plan.links,
      plan.keys,
      plan.changes,
    ]).toEqual([[], [], [], [], [], []]);
  expect({ crashes: crashesOf({ store, settled }), counts: store.counts(null) }).toEqual(before);
});
