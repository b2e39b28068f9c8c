import type { CrashStack, StackFrame } from './crash-stack';

/** Functions in a row that a build is believed to have inlined. */
export const MAX_MISSING = 2;

/** How the blamed functions of two stacks stand to each other. */
export type CulpritRelation =
  /** Both blame one function. */
  | { readonly kind: 'same' }
  /** One build inlined what the other blames: `missing`, innermost first, of the stack `of`. */
  | { readonly kind: 'inlined'; readonly missing: readonly string[]; readonly of: 'ours' | 'theirs' }
  /** Neither text names anybody. */
  | { readonly kind: 'unnamed' }
  | { readonly kind: 'different'; readonly why: Difference };

/** Why two culprits are two; the first ones hold for all stacks of both keys, whatever other stacks say. */
export type Difference =
  | 'both-present'
  | 'same-build'
  | 'family'
  | 'other-culprit'
  | 'one-unnamed'
  | 'module'
  | 'kind'
  | 'words'
  | 'too-deep';

/** Whether one such pair of stacks shows that two keys are two bugs. */
export function isFinal(why: Difference): boolean {
  return why === 'both-present' || why === 'same-build';
}

/**
 * Kinds of crash that are noticed far from where they began: whom they blame is no function that trapped. A hung task is
 * none of them: its stack is no sample, it shows where the task sleeps.
 */
const NOT_WHERE_IT_TRAPPED =
  /^(?:soft-lockup|hard-lockup|rcu-stall|kcsan|deadlock|lock-misuse|memory-leak|ref-leak|workqueue-lockup|stack-overflow|stack-corruption)$/;

/**
 * Two functions are two bugs, however alike the rest is. Only where one stack shows that its own culprit was called by the
 * other's, and nothing speaks against a compiler having put the one into the other, is the culprit missing there rather than
 * another one: then both trap in the same way, in one module, and in builds that are not known to be the same.
 */
export function relateCulprits(ours: CrashStack, theirs: CrashStack): CulpritRelation {
  if (ours.version !== theirs.version || ours.family !== theirs.family)
    return { kind: 'different', why: 'family' };
  if (ours.culprit === null || theirs.culprit === null)
    return ours.culprit === theirs.culprit ? { kind: 'unnamed' } : { kind: 'different', why: 'one-unnamed' };
  if (ours.culprit === theirs.culprit)
    // Built in for one kernel, a module for another: still that function.
    return ours.module === null || theirs.module === null || ours.module === theirs.module
      ? { kind: 'same' }
      : { kind: 'different', why: 'module' };
  const inTheirs = missingBetween(ours, theirs);
  const inOurs = missingBetween(theirs, ours);
  const found = inTheirs ?? inOurs;
  if (found === null) return { kind: 'different', why: 'other-culprit' };
  if (typeof found === 'string') return { kind: 'different', why: found };
  return { kind: 'inlined', missing: found, of: inTheirs === null ? 'theirs' : 'ours' };
}

/** @returns what `shallow` lacks of `deep`, why it can't be that, or `null` where the one does not call the other */
function missingBetween(deep: CrashStack, shallow: CrashStack): readonly string[] | Difference | null {
  const from = indexOf(deep.frames, deep.culprit);
  const to = indexOf(deep.frames, shallow.culprit);
  if (from < 0 || to <= from) return null;
  const missing = deep.frames.slice(from, to);
  const names = missing.map(({ name }) => name);
  if (shallow.frames.some(({ name }) => names.includes(name))) return 'both-present';
  if (!trapAlike(deep, shallow) || NOT_WHERE_IT_TRAPPED.test(deep.kind)) return 'kind';
  if (!sayTheSame(deep, shallow)) return 'words';
  if (missing.length > MAX_MISSING) return 'too-deep';
  const caller = deep.frames[to];
  if (missing.some(({ module }) => module !== caller?.module)) return 'module';
  const isShown = names.every((name) => deep.inlined.includes(name));
  if (!isShown && deep.build !== null && deep.build === shallow.build)
    // What has a frame of its own in that build is not inlined.
    return 'same-build';
  return names;
}

/** A function calls for these itself, in words or at a place of its choice: without words nothing is known of them. */
const CALLED = /^(?:bug|bug-other|warning|panic-other)$/;

/**
 * Headers of traps that say no more than their kind. Their wording changed with versions and differs by architecture:
 * `unable to handle kernel paging request` became `unable to handle page fault`, a general protection fault tells its
 * address since 5.6 (arch/x86/mm/fault.c, arch/x86/kernel/traps.c, arch/arm64/mm/fault.c). That of a hung task names the
 * task (kernel/hung_task.c).
 */
const SAYS_ITS_KIND =
  /^(?:BUG: )?(?:unable to handle )?(?:kernel )?(?:NULL pointer dereference|paging request|page fault)|^(?:Oops: )?(?:general protection fault|stack segment)|^INFO: task .* blocked for more than/i;

function sayTheSame(a: CrashStack, b: CrashStack): boolean {
  if (a.said === null || b.said === null) return !CALLED.test(a.kind);
  return a.said === b.said || (SAYS_ITS_KIND.test(a.said) && SAYS_ITS_KIND.test(b.said));
}

/** A wild pointer that is no address at all: a fault of its own on x86, on arm64 a page that is not there. */
const NO_ADDRESS = /^(?:general-protection|stack-segment)$/;
const ARM64_PAGING = /^Unable to handle kernel paging request at virtual address/;

function trapAlike(a: CrashStack, b: CrashStack): boolean {
  if (a.kind === b.kind) return true;
  const onArm64 = ({ said }: CrashStack): boolean => ARM64_PAGING.test(said ?? '');
  return (NO_ADDRESS.test(a.kind) && onArm64(b)) || (NO_ADDRESS.test(b.kind) && onArm64(a));
}

function indexOf(frames: readonly StackFrame[], name: string | null): number {
  return frames.findIndex((frame) => frame.name === name);
}
