import type { CallPath } from './call-paths';

/** What a bug does to a kernel, as its report calls it. */
export const BUG_KINDS = [
  'null-pointer',
  'page-fault',
  'general-protection',
  'stack-segment',
  'bug-on',
  'list-corruption',
  'soft-lockup',
  'hard-lockup',
  'hung-task',
  'panic',
  'warning',
  'refcount',
] as const;
export type BugKind = (typeof BUG_KINDS)[number];

/** What is true of one bug, whatever its reports show of it. */
export interface Bug {
  readonly id: string;
  readonly kind: BugKind;
  /** Function at fault. */
  readonly culprit: string;
  /** Shared function that it blows up in; `null`: in the culprit itself. */
  readonly victim: string | null;
  readonly path: CallPath;
  /** Ways to the culprit: callers that each leave out, innermost first. */
  readonly callers: readonly (readonly string[])[];
  /** A compiler may put the culprit into its caller. */
  readonly inlinable: boolean;
  /** Crashes a host has in a thousand days on a kernel with the bug. */
  readonly perKiloHostDay: number;
  readonly line: number;
  /** Only machines of that model have it; `null`: all. */
  readonly model: string | null;
  readonly onBranch: Readonly<Record<string, BugOnBranch>>;
}

/** Indices into a branch's releases. */
export interface BugOnBranch {
  readonly introduced: number;
  /** First release with the fix; `null`: never. */
  readonly fixed: number | null;
  /** First release that lost the fix again; `null`: none. */
  readonly regressed: number | null;
}

/** @returns whether the kernel of that release has the bug */
export function isPresent(bug: Bug, branch: string, release: number): boolean {
  const on = bug.onBranch[branch];
  if (on === undefined || release < on.introduced) return false;
  if (on.fixed === null || release < on.fixed) return true;
  return on.regressed !== null && release >= on.regressed;
}

/** The machine survives: the host goes on, and the report is in the log of that boot. */
export function isSurvived(kind: BugKind): boolean {
  return kind === 'warning' || kind === 'refcount' || kind === 'hung-task';
}
