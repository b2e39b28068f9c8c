import type { CrashStack } from '@oopstream/core-similarity';
import type { IncidentKey } from './weigh-incident';

/** Lines that releases of one branch move a place by. Two branches may be hundreds apart: that is no place of the other's. */
export const NEAR_LINES = 10;

interface Sited {
  readonly keys: readonly IncidentKey[];
}

/**
 * Of incidents that a crash is about as like, the only one that crashed at that place: two culprits below one caller
 * look alike once a build inlined them, but the line of a WARNING, or the member that a NULL pointer was asked for, stays
 * what it was. Another place proves nothing: lines move from release to release.
 *
 * @returns it and the place; `null` where none did, or several
 */
export function ofOneSite<Near extends Sited>(
  ours: readonly CrashStack[],
  near: readonly Near[],
): (Near & { readonly site: string }) | null {
  const own = sitesOf(ours);
  const found = near.flatMap((one) => {
    const theirs = sitesOf(one.keys.flatMap(({ decided, stacks }) => (decided ? [] : stacks)));
    const site = theirs.find((name) => own.some((mine) => isNear(mine, name)));
    return site === undefined ? [] : [{ ...one, site }];
  });
  const [only, ...others] = found;
  return only === undefined || others.length > 0 ? null : only;
}

function sitesOf(stacks: readonly CrashStack[]): string[] {
  return [...new Set(stacks.flatMap(({ site }) => site ?? []))];
}

function isNear(a: string, b: string): boolean {
  if (a === b) return true;
  const [[file, line], [otherFile, otherLine]] = [a.split(':'), b.split(':')];
  return file === otherFile && Math.abs(Number(line) - Number(otherLine)) <= NEAR_LINES;
}
