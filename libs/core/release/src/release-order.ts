import type { KernelRelease } from './kernel-release';

/** How a release stands to another; `unknown` across branches, where no order can be told from the names. */
export type ReleaseOrder = 'before' | 'same' | 'after' | 'unknown';

/**
 * Builds that follow one another. Two releases with different branches have no order; within one, `compareReleases`
 * gives it. Flavours and architectures of one build are of one branch: they are made of one source.
 */
export function branchOf(release: KernelRelease): string {
  const { base, distribution, line, custom } = release;
  const version = `${base[0]}.${base[1]}`;
  // What a builder of their own put in is a branch of its own: nobody else's order says what it contains.
  const own = custom === null ? '' : `~${custom.replace(/\d+/g, '#')}`;
  if (distribution === 'upstream') return `upstream ${version}${own}`;
  if (distribution === null) return `custom ${version}${own}`;
  // These lines go on across upstream versions (fc39: 6.5, 6.6, …); the others stay on one.
  if (distribution === 'fedora') return `${distribution} ${line ?? ''}${own}`;
  return `${[distribution, line, distribution === 'rhel' ? base.join('.') : version].filter(Boolean).join(' ')}${own}`;
}

/** Order of two releases of one branch, by upstream version, candidate, then the distribution's build. */
export function compareReleases(a: KernelRelease, b: KernelRelease): ReleaseOrder {
  if (branchOf(a) !== branchOf(b)) return 'unknown';
  const order =
    compareNumbers(a.base, b.base) || candidateOf(a) - candidateOf(b) || compareNumbers(a.build, b.build);
  if (order !== 0) return order < 0 ? 'before' : 'after';
  if (a.custom === b.custom) return 'same';
  return compareCustom(a.custom ?? '', b.custom ?? '');
}

export type Contains = 'yes' | 'no' | 'unknown';

/**
 * Whether a kernel has a fix that went into `fixedIn`. Within a branch the order decides. A build of an update that has
 * its own builds (`147.5.1.el8_1`) says nothing of later lines, while one of the main line (`193.el8`) is in all that
 * were made from it later; in the same way what is in an upstream `x.y.0` is in every later upstream version.
 */
export function containsFix(release: KernelRelease, fixedIn: KernelRelease): Contains {
  if (forkedApart(release, fixedIn)) {
    // Forked off before the fix, or after it went only into an update's own builds: unknown either way.
    return isMainBuild(fixedIn) && (release.build[0] ?? 0) > (fixedIn.build[0] ?? 0) ? 'yes' : 'unknown';
  }
  const order = compareReleases(release, fixedIn);
  if (order !== 'unknown') return order === 'before' ? 'no' : 'yes';
  return containsUpstream(release, fixedIn);
}

/** `x.y.0` is in all that came later; a stable release before it may have got the fix by itself. */
function containsUpstream(release: KernelRelease, fixedIn: KernelRelease): Contains {
  if (release.distribution !== 'upstream' || fixedIn.distribution !== 'upstream') return 'unknown';
  // Who sends 999.9.9 knows of no such kernel: it says nothing.
  if (fixedIn.base[2] !== 0 || release.base[0] > fixedIn.base[0] + 1) return 'unknown';
  if (compareNumbers(release.base, fixedIn.base) > 0) return 'yes';
  return release.base[2] === 0 ? 'no' : 'unknown';
}

/** RHEL: builds with different first numbers left the main line at different times. */
function forkedApart(a: KernelRelease, b: KernelRelease): boolean {
  return (
    a.distribution === 'rhel' &&
    branchOf(a) === branchOf(b) &&
    a.build[0] !== b.build[0] &&
    !(isMainBuild(a) && isMainBuild(b))
  );
}

function isMainBuild(release: KernelRelease): boolean {
  return release.update === null && release.build.length === 1;
}

/** A candidate comes before the release it is one of. */
function candidateOf(release: KernelRelease): number {
  return release.candidate ?? Number.MAX_SAFE_INTEGER;
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Both are of one shape (same branch): their numbers decide. */
function compareCustom(a: string, b: string): ReleaseOrder {
  // Abbreviated commit ids have no order.
  if (/(?:^|[-.])g[0-9a-f]{7,}/.test(a) || /(?:^|[-.])g[0-9a-f]{7,}/.test(b)) return 'unknown';
  const numbers = (text: string): number[] => (text.match(/\d{1,15}/g) ?? []).map(Number);
  const order = compareNumbers(numbers(a), numbers(b));
  return order === 0 ? 'unknown' : order < 0 ? 'before' : 'after';
}
