import { BRANCHES } from './branches';
import type { Bug, BugKind, BugOnBranch } from './bug';
import { CALL_PATHS, VICTIMS } from './call-paths';
import type { CallPath } from './call-paths';
import { MODELS } from './models';
import type { SeededRandom } from './seeded-random';

const KINDS: readonly (readonly [BugKind, number])[] = [
  ['null-pointer', 24],
  ['page-fault', 12],
  ['general-protection', 12],
  ['stack-segment', 2],
  ['bug-on', 10],
  ['list-corruption', 7],
  ['soft-lockup', 7],
  ['hard-lockup', 2],
  ['hung-task', 7],
  ['panic', 4],
  ['warning', 9],
  ['refcount', 4],
];
const VICTIM_KINDS = new Set<BugKind>(['page-fault', 'general-protection', 'stack-segment', 'null-pointer']);
const INLINABLE = 0.3;

/** Share of the bugs that are near misses: another bug of a function that one before has too. */
const TWINS = 0.12;

/** Bugs of a fleet, few of them making most of the crashes; some look much like others. */
export function drawBugs(random: SeededRandom, count: number, perKiloHostDay: number): Bug[] {
  const twins = Math.floor(count * TWINS);
  const places = shuffled(
    random,
    CALL_PATHS.flatMap((path) => path.leaves.map((leaf) => ({ path, leaf }))),
  ).slice(0, count - twins);
  const bugs = places.map(({ path, leaf }, n) => drawBug(random, { path, leaf, rank: n, perKiloHostDay }));
  oneInlinedOfEachPath(bugs);
  for (let n = 0; n < twins; n += 1) {
    const of = bugs[3 + n * 2];
    if (of === undefined) break;
    const twin = drawBug(random, {
      path: of.path,
      leaf: of.culprit,
      rank: count - twins + n,
      perKiloHostDay,
    });
    bugs.push(n === twins - 1 ? secondWay(of, twin) : secondKind(of, twin));
  }
  return bugs;
}

/** Two culprits that a build put into one caller give the same text: nobody could tell them apart. */
function oneInlinedOfEachPath(bugs: Bug[]): void {
  const seen = new Set<CallPath>();
  bugs.forEach((bug, n) => {
    if (bug.inlinable && seen.has(bug.path)) bugs[n] = { ...bug, inlinable: false };
    if (bug.inlinable) seen.add(bug.path);
  });
}

/** The same function goes wrong in another way: a warning where the other is a crash. */
function secondKind(of: Bug, twin: Bug): Bug {
  const kind = of.kind === 'warning' ? 'bug-on' : 'warning';
  return { ...twin, kind, victim: null, inlinable: of.inlinable };
}

/** The same function, the same family, but called from elsewhere: another bug, and nothing but the callers tells. */
function secondWay(of: Bug, twin: Bug): Bug {
  const callers = [[`${of.path.subsystem.replace(/\W/g, '_')}_shutdown_work`]];
  return { ...twin, kind: of.kind, victim: of.victim, callers, inlinable: false };
}

interface Place {
  readonly path: CallPath;
  readonly leaf: string;
  readonly rank: number;
  readonly perKiloHostDay: number;
}

function drawBug(random: SeededRandom, { path, leaf, rank, perKiloHostDay }: Place): Bug {
  const kind = kindFor(random, path);
  return {
    id: `bug-${String(rank + 1).padStart(3, '0')}`,
    kind,
    culprit: leaf,
    victim: VICTIM_KINDS.has(kind) && random.chance(0.3) ? random.pick(VICTIMS) : null,
    path,
    callers: callersOf(random, path),
    inlinable: random.chance(INLINABLE),
    perKiloHostDay: perKiloHostDay / (rank + 2),
    line: 100 + random.below(4000),
    model: random.chance(0.1) ? random.pick(MODELS).name : null,
    onBranch: livesOf(random),
  };
}

/** Tasks alone hang; interrupts alone lock a CPU up for good. */
function kindFor(random: SeededRandom, path: CallPath): BugKind {
  const fits = KINDS.filter(([kind]) => {
    if (kind === 'hung-task') return path.context.kind === 'syscall' || path.context.kind === 'work';
    return kind !== 'hard-lockup' || path.context.kind === 'irq' || path.context.kind === 'softirq';
  });
  let at = random.next() * fits.reduce((sum, [, weight]) => sum + weight, 0);
  return fits.find(([, weight]) => (at -= weight) < 0)?.[0] ?? 'null-pointer';
}

/** One bug in five is reached by a second way: another caller between the culprit and what both have in common. */
function callersOf(random: SeededRandom, path: CallPath): string[][] {
  const [inner = '', ...outer] = path.callers;
  if (outer.length === 0 || !random.chance(0.2)) return [[inner, ...outer]];
  return [[inner, ...outer], [`${inner}_retry`, ...outer], outer];
}

/** Architectures of one branch are built of one source. */
function livesOf(random: SeededRandom): Record<string, BugOnBranch> {
  const lives: Record<string, BugOnBranch> = {};
  for (const { name } of BRANCHES) {
    const source = name.replace(/-arm64$/, '');
    const life = lives[source];
    if (source !== name) {
      if (life !== undefined) lives[name] = life;
    } else if (random.chance(0.75)) lives[name] = drawLife(random);
  }
  return lives;
}

/** Fixed in half of the branches, later in some than in others; one fix in eight is lost again. */
function drawLife(random: SeededRandom): BugOnBranch {
  const introduced = random.chance(0.7) ? 0 : random.below(4);
  if (random.chance(0.5)) return { introduced, fixed: null, regressed: null };
  const fixed = introduced + 2 + random.below(4);
  return { introduced, fixed, regressed: random.chance(0.125) ? fixed + 1 + random.below(2) : null };
}

function shuffled<T>(random: SeededRandom, values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
