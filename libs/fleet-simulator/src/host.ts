import { BRANCHES, RELEASE_DAYS } from './branches';
import type { Branch } from './branches';
import { Compiler } from './compiler';
import { MODELS } from './models';
import type { Model } from './models';
import type { SeededRandom } from './seeded-random';

export const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export interface Host {
  readonly id: string;
  readonly name: string;
  readonly branch: Branch;
  readonly model: Model;
  /** Memory or processor of it lies: its crashes are nobody's bug. */
  readonly bad: boolean;
  /** Its clock against the true one. */
  readonly skewMs: number;
  /** Days until it runs a release that came out. */
  readonly upgradeLagDays: number;
  readonly captures: { readonly netconsole: boolean; readonly kdump: boolean; readonly pstore: boolean };
  /** Its agent tells the boot id of what crashed. */
  readonly tellsBoot: boolean;
}

export function drawHosts(random: SeededRandom, count: number, badHosts: number): Host[] {
  return Array.from({ length: count }, (_, n) => drawHost(random, n, n < badHosts));
}

function drawHost(random: SeededRandom, n: number, bad: boolean): Host {
  const id = `node-${String(n).padStart(4, '0')}`;
  let at = random.next();
  const branch = BRANCHES.find(({ share }) => (at -= share) < 0) ?? random.pick(BRANCHES);
  return {
    id,
    name: `${id}.dc${1 + (n % 3)}.example`,
    branch,
    model: random.pick(MODELS),
    bad,
    skewMs: drawSkew(random),
    upgradeLagDays: 1 + random.below(30),
    captures: { netconsole: random.chance(0.4), kdump: random.chance(0.9), pstore: random.chance(0.3) },
    tellsBoot: random.chance(0.6),
  };
}

/** Seconds as a rule, minutes or hours where nobody set it, years where the battery is dead. */
function drawSkew(random: SeededRandom): number {
  const at = random.next();
  if (at < 0.9) return Math.round((random.next() - 0.5) * 4000);
  if (at < 0.96) return Math.round((random.next() - 0.5) * 20 * MINUTE_MS);
  if (at < 0.99) return random.pick([-5, -1, 1, 2, 8]) * 60 * MINUTE_MS;
  return -9000 * DAY_MS;
}

/** @returns index of the release that the host runs on that day of the simulation */
export function releaseAt({ branch, upgradeLagDays }: Host, day: number): number {
  const newest = Math.floor((day - upgradeLagDays) / RELEASE_DAYS);
  return Math.max(0, Math.min(branch.releases.length - 1, newest));
}

/** Build of the release, with the compiler it was made with. */
export function compilerOf({ branch }: Host, release: number, seed: number): Compiler {
  return new Compiler(branch.name, branch.releases[release] ?? '', release, seed);
}
