import type { IncidentFix } from './incident-life';

/** One line of the fix table: a commit is in this release first (of its branch), or this livepatch carries it. */
export interface FixRow {
  readonly tenant: string;
  /** 12 to 40 hexadecimal digits, lower case. */
  readonly commit: string;
  /** First fixed release of its branch; `null` for a livepatch. */
  readonly release: string | null;
  readonly livepatch: string | null;
}

const COMMIT = /^[0-9a-f]{12,40}$/;
/** Shortest abbreviation of a commit that is taken for it. */
export const MIN_COMMIT_DIGITS = 12;

/** @returns the commit as the fix table writes it; `null` for what is none, or is abbreviated too much. */
export function parseCommit(text: string): string | null {
  const commit = text.trim().toLowerCase();
  return COMMIT.test(commit) ? commit : null;
}

/** Whether both name one commit: one may be abbreviated. */
export function isSameCommit(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

/** What is known to fix an incident: what was said of it, and what the fix table says of its commit. */
export interface KnownFix {
  readonly releases: readonly string[];
  readonly livepatches: readonly string[];
}

export function knownFix(tenant: string, fix: IncidentFix, table: readonly FixRow[]): KnownFix {
  const { commit } = fix;
  const rows =
    commit === null ? [] : table.filter((row) => row.tenant === tenant && isSameCommit(row.commit, commit));
  return {
    releases: [...new Set([...fix.releases, ...rows.flatMap((row) => row.release ?? [])])],
    livepatches: [...new Set([...fix.livepatches, ...rows.flatMap((row) => row.livepatch ?? [])])],
  };
}
