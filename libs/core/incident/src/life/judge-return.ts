import { containsFix, parseRelease } from '@oopstream/core-release';
import type { KernelRelease } from '@oopstream/core-release';
import { knownFix } from './fix-table';
import type { FixRow, KnownFix } from './fix-table';
import type { IncidentFix } from './incident-life';

/** What of a crash decides whether a closed incident came back. */
export interface ReturningCrash {
  readonly crashTimeMs: number;
  readonly kernelRelease: string | null;
  /** Livepatches loaded when it crashed; `null` where nobody knows. */
  readonly livepatches: readonly string[] | null;
}

export interface ClosedIncident {
  readonly tenant: string;
  readonly status: 'resolved' | 'obsolete';
  readonly closedAtMs: number;
  /** `null`: resolved without saying what fixes it. */
  readonly fix: IncidentFix | null;
}

/** Closed list of why; each with the sentence people read. */
export const RETURN_REASONS = {
  'after-obsolete': 'It crashed again after it was given up as obsolete.',
  'after-resolve': 'It crashed after it was resolved, and nothing was said of what fixes it.',
  'fix-contained': 'It crashed on a kernel that has the fix.',
  'livepatch-loaded': 'It crashed with the livepatch loaded that carries the fix.',
  'before-close': 'The crash happened before the incident was closed; its text came late.',
  'older-than-fix': 'The kernel is older than the fix: such crashes are expected.',
  'livepatch-not-loaded': 'The livepatch that carries the fix was not loaded: such crashes are expected.',
  'unordered-release': 'Nobody said which release of this branch has the fix.',
  'release-unknown': 'The crash does not say which kernel ran.',
  'fix-not-mapped': 'The fix table knows no release that has the commit.',
  'livepatch-unknown': 'Nobody knows which livepatches the host had loaded.',
} as const;
export type ReturnReason = keyof typeof RETURN_REASONS;

/**
 * `regressed`: the fix does not hold, the incident's next episode begins. `expected`: counted, nothing else. `unordered`:
 * nobody can tell; counted, and the incident is flagged until somebody says so.
 */
export interface ReturnVerdict {
  readonly kind: 'regressed' | 'expected' | 'unordered';
  readonly reason: ReturnReason;
  /** The release or livepatch that decided; `null` where none did. */
  readonly decidedBy: string | null;
}

/**
 * Whether a crash of a closed incident is a regression. No release that a client sends is ever remembered as the latest:
 * `999.9.9` is compared with the fix alone, and is of no branch that anybody fixed.
 */
export function judgeReturn(
  crash: ReturningCrash,
  incident: ClosedIncident,
  table: readonly FixRow[],
): ReturnVerdict {
  if (crash.crashTimeMs <= incident.closedAtMs) return verdict('expected', 'before-close');
  if (incident.status === 'obsolete') return verdict('regressed', 'after-obsolete');
  if (incident.fix === null) return verdict('regressed', 'after-resolve');
  const known = knownFix(incident.tenant, incident.fix, table);
  const loaded = known.livepatches.find((name) => crash.livepatches?.includes(name) === true);
  if (loaded !== undefined) return verdict('regressed', 'livepatch-loaded', loaded);
  if (known.releases.length > 0) return judgeRelease(crash.kernelRelease, known);
  if (known.livepatches.length === 0) return verdict('unordered', 'fix-not-mapped');
  return crash.livepatches === null
    ? verdict('unordered', 'livepatch-unknown')
    : verdict('expected', 'livepatch-not-loaded');
}

/** One fixed release that is contained is enough; being older than one is only said where none is. */
function judgeRelease(text: string | null, { releases }: KnownFix): ReturnVerdict {
  const release = text === null ? null : parseRelease(text);
  if (release === null) return verdict('unordered', 'release-unknown');
  const answers = releases.flatMap((fixedIn) => {
    const parsed = parseRelease(fixedIn);
    return parsed === null ? [] : { fixedIn, contains: containsFix(release, parsed) };
  });
  const having = answers.find(({ contains }) => contains === 'yes');
  if (having !== undefined) return verdict('regressed', 'fix-contained', having.fixedIn);
  const lacking = answers.find(({ contains }) => contains === 'no');
  return lacking === undefined
    ? verdict('unordered', 'unordered-release')
    : verdict('expected', 'older-than-fix', lacking.fixedIn);
}

function verdict(
  kind: ReturnVerdict['kind'],
  reason: ReturnReason,
  decidedBy: string | null = null,
): ReturnVerdict {
  return { kind, reason, decidedBy };
}

/** What is known of a host that heartbeats. */
export interface HostLivepatches {
  readonly tenant: string;
  readonly hostId: string;
  readonly release: string;
  readonly bootId: string | null;
  readonly livepatches: readonly string[];
}

/**
 * The livepatches that a host had loaded when it crashed: what the text's sender said, else the host's state in the
 * census, where that is of the same boot (or at least of the same release, boot unknown).
 * @returns `null` where nobody knows
 */
export function loadedLivepatches(
  said: readonly string[] | null,
  crash: { readonly kernelRelease: string | null; readonly bootId: string | null },
  host: HostLivepatches | null,
): readonly string[] | null {
  if (said !== null) return said;
  if (host === null || host.release !== crash.kernelRelease) return null;
  if (host.bootId !== null && crash.bootId !== null && host.bootId !== crash.bootId) return null;
  return host.livepatches;
}

/** @returns how unordered crashes are told apart: by branch, else by what the release says. */
export function unorderedBranch(
  release: string | null,
  branchOf: (release: KernelRelease) => string,
): string {
  const parsed = release === null ? null : parseRelease(release);
  return parsed === null ? (release ?? '') : branchOf(parsed);
}
