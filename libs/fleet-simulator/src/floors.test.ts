import type { Receipt } from '@oopstream/core-incident';
import { MemoryIncidents } from '@oopstream/core-incident/fakes';
import type { Failure } from './failure';
import { readDelivery } from './measure/read-delivery';
import { FixingPeople, followLinks, scoreRegressions } from './measure/resolve-bugs';
import { scoreFleet } from './measure/score-fleet';
import { scoreLives } from './measure/score-lives';
import { settleReceipts } from './measure/settle-fleet';
import { shownFailures } from './measure/shown-failures';
import { LifeSweep } from './measure/sweep-lives';
import { DEFAULT_FLEET, simulateFleet } from './simulate-fleet';
import type { Fleet } from './simulate-fleet';

/** Floors of what `npm run bench -- incidents` prints, for one fleet. */
const fleet = simulateFleet({ ...DEFAULT_FLEET, seed: 1 });
const receipts = fleet.deliveries.map(readDelivery);

function settle({ resolving = false, sweeping = false }) {
  return settleFleet(fleet, receipts, { resolving, sweeping });
}

function settleFleet(
  fleet: Fleet,
  receipts: readonly Receipt[],
  { resolving, sweeping }: { readonly resolving: boolean; readonly sweeping: boolean },
) {
  const store = new MemoryIncidents();
  const failureOf = new Map<string, Failure>();
  const shown = shownFailures(fleet, receipts);
  const people = new FixingPeople(fleet, store, failureOf);
  const sweep = new LifeSweep(store, fleet.hosts.length);
  let ids = 0;
  const settled = settleReceipts(store, receipts, {
    batchSize: 40,
    newId: () => `00000000-0000-7000-8000-${String((ids += 1)).padStart(12, '0')}`,
    clock: () => 0,
    before: (nowMs, links) => {
      if (sweeping) sweep.sweepUntil(nowMs);
      followLinks(shown, links, failureOf);
      if (resolving) people.act(nowMs);
    },
  });
  followLinks(shown, settled.links, failureOf);
  const run = { fleet, people, plans: settled.plans, failureOf, crashes: store.crashes };
  const lives = scoreLives({
    ...{ failures: fleet.failures, failureOf, crashes: store.crashes, incidents: store.incidents },
    ...{ changes: sweep.changes, episodesOf: (id) => store.life.episodesOf(id) },
  });
  return { run, lives, score: scoreFleet(fleet, receipts, settled, store.crashes) };
}

it('crashes of a fleet become the incidents of its bugs, each failure once', () => {
  const { score } = settle({});
  expect(score.grouping.f1).toBeGreaterThanOrEqual(0.98);
  expect(score.grouping.precision).toBeGreaterThanOrEqual(0.99);
  expect(score.matching.exact / score.matching.failures).toBeGreaterThanOrEqual(0.985);
  expect(score.strayReadings).toBe(0);
});

it.each([2, 3, 4])('whichever fleet it is: seed %i', (seed) => {
  const other = simulateFleet({ ...DEFAULT_FLEET, seed });
  const read = other.deliveries.map(readDelivery);
  const { grouping } = settleFleet(other, read, { resolving: false, sweeping: false }).score;
  expect(grouping.f1).toBeGreaterThanOrEqual(0.98);
  expect(grouping.precision).toBeGreaterThanOrEqual(0.99);
});

it('bugs that come back on a kernel with their fix are told, and no others', () => {
  const { run, score } = settle({ resolving: true });
  expect(score.grouping.f1).toBeGreaterThanOrEqual(0.98);
  const { expected, precision, recall, wrong, missed } = scoreRegressions(run, { grouped: false });
  expect(expected).toBeGreaterThan(8);
  expect({ precision, recall, wrong, missed }).toEqual({ precision: 1, recall: 1, wrong: [], missed: [] });
});

it('incidents live by what happens to them: a storm escalates, nothing flaps, few are given up too early', () => {
  const { lives } = settle({ sweeping: true });
  expect(lives).toMatchObject({ storms: 1, stormsSeen: 1, flapping: [], misnumbered: [] });
  expect(lives.obsoleted).toBeGreaterThan(5);
  expect(lives.obsoletedAlive.length / lives.obsoleted).toBeLessThan(0.25);
});

it('incidents that people resolve count their episodes from 1, and each is closed before the next', () => {
  const { lives } = settle({ resolving: true, sweeping: true });
  expect(lives).toMatchObject({ flapping: [], misnumbered: [] });
  expect(lives.laterEpisodes).toBeGreaterThan(8);
});
