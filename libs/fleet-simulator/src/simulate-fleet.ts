import type { Bug } from './bug';
import { CALL_PATHS } from './call-paths';
import { captureFailure } from './capture-failure';
import type { Capture } from './capture-failure';
import type { Delivery } from './delivery';
import { drawBugs } from './draw-bugs';
import type { Failure } from './failure';
import { DAY_MS, drawHosts } from './host';
import type { Host } from './host';
import { runHost } from './run-host';
import type { Forced, World } from './run-host';
import { createSeededRandom } from './seeded-random';
import type { SeededRandom } from './seeded-random';

export interface FleetOptions {
  readonly seed: number;
  readonly hosts: number;
  readonly days: number;
  readonly bugs: number;
  /** Failures in a thousand host-days of the commonest bug, twice; the n-th has an n-th of it. */
  readonly perKiloHostDay: number;
  readonly badHosts: number;
  /** Hosts that one bug brings down within a minute. */
  readonly stormHosts: number;
}

export const DEFAULT_FLEET: Omit<FleetOptions, 'seed'> = {
  hosts: 400,
  days: 140,
  bugs: 80,
  perKiloHostDay: 16,
  badHosts: 4,
  stormHosts: 120,
};

/** A fleet's crashes and what is true of them. */
export interface Fleet {
  readonly world: World;
  readonly hosts: readonly Host[];
  readonly failures: readonly Failure[];
  /** By arrival. */
  readonly deliveries: readonly Delivery[];
}

const PARTITIONS = 6;
/** Monday, 2026-01-05. */
const START_MS = Date.UTC(2026, 0, 5);

/** Pure: the same options give the same fleet, to the byte. */
export function simulateFleet(options: FleetOptions): Fleet {
  const random = createSeededRandom(options.seed);
  const bugs = drawBugs(random, options.bugs, options.perKiloHostDay);
  const hosts = drawHosts(random, options.hosts, options.badHosts);
  const world = { seed: options.seed, startMs: START_MS, days: options.days, bugs };
  const forced = drawForced(random, options, hosts, bugs);
  const failures: Failure[] = [];
  const captures: Capture[] = [];
  for (const host of hosts) {
    const own = runHost(world, host, forced.get(host.id) ?? []);
    failures.push(...own);
    own.forEach((failure, n) => {
      const earlier = own.slice(0, n).filter((one) => one.boot === failure.boot);
      captures.push(...captureFailure(failure, earlier, options.seed));
    });
  }
  return { world, hosts, failures, deliveries: deliver(random, captures) };
}

/** Failures that no rate gives: a storm in the middle, and what broken hardware does for ten days. */
function drawForced(
  random: SeededRandom,
  { days, stormHosts, seed }: FleetOptions,
  hosts: readonly Host[],
  bugs: readonly Bug[],
): Map<string, Forced[]> {
  const forced = new Map<string, Forced[]>();
  const atMs = START_MS + Math.floor(days * 0.45) * DAY_MS;
  const storm = bugs.find(({ kind, model }) => kind === 'null-pointer' && model === null);
  const hit = hosts.filter(({ branch }) => storm?.onBranch[branch.name] !== undefined).slice(-stormHosts);
  if (storm !== undefined)
    for (const host of hit) forced.set(host.id, [{ atMs: atMs + random.below(60_000), bug: storm }]);
  for (const host of hosts.filter(({ bad }) => bad)) {
    const from = START_MS + random.below(days - 12) * DAY_MS;
    const flips = Array.from({ length: 4 + random.below(5) }, (_, n) => ({
      atMs: from + Math.round(random.next() * 10 * DAY_MS),
      bug: bitFlip(random, `${seed}-${host.id}-${n}`, new Set(bugs.map(({ culprit }) => culprit))),
    }));
    forced.set(host.id, flips);
  }
  return forced;
}

/** Broken hardware hits whatever runs, in code that has no bug: one of its own each time. */
function bitFlip(random: SeededRandom, name: string, taken: ReadonlySet<string>): Bug {
  const path = random.pick(CALL_PATHS);
  const [first = '', ...callers] = path.callers;
  return {
    id: `bad-host-${name}`,
    kind: random.pick(['page-fault', 'general-protection', 'null-pointer'] as const),
    culprit:
      path.leaves.find((leaf) => !taken.has(leaf) && random.chance(0.5)) ?? `${first}_${random.below(40)}`,
    victim: null,
    path,
    callers: [callers.length > 0 ? callers : path.callers],
    inlinable: false,
    perKiloHostDay: 0,
    line: 1,
    model: null,
    onBranch: {},
  };
}

/** Numbers what arrived; some is sent twice, some delivered twice. */
function deliver(random: SeededRandom, captures: readonly Capture[]): Delivery[] {
  const again = captures.flatMap((capture) =>
    random.chance(0.05)
      ? [{ ...capture, receivedAtMs: capture.receivedAtMs + random.below(3 * DAY_MS) }]
      : [],
  );
  const offsets = Array.from({ length: PARTITIONS }, () => 0);
  const numbered = [...captures, ...again]
    .sort((a, b) => a.receivedAtMs - b.receivedAtMs)
    .map((capture, n) => {
      const partition = Number(capture.facts.hostId.slice(-4)) % PARTITIONS;
      const offset = offsets[partition] ?? 0;
      offsets[partition] = offset + 1;
      return { ...capture, receiptId: `01J${String(n).padStart(23, '0')}`, source: { partition, offset } };
    });
  return numbered.flatMap((delivery) => (random.chance(0.02) ? [delivery, delivery] : [delivery]));
}
