import { branchOf, compareReleases, parseRelease } from '@oopstream/core-release';
import type { IncidentState } from '../dedup-state';
import { transition } from '../incident-transition';
import type { FixRow } from './fix-table';
import { MAX_UNORDERED } from './incident-life';
import type { UnorderedBranch } from './incident-life';
import { RETURN_REASONS, judgeReturn, unorderedBranch } from './judge-return';
import type { ReturnVerdict, ReturningCrash } from './judge-return';
import { muteEnd } from './mute';

/** Why something happened to an incident, for whoever is told of it. */
export interface ChangeWhy {
  /** Slug of a closed list. */
  readonly reason: string;
  readonly text: string;
}

/** What a crash does to the life of its incident. */
export interface Meeting {
  readonly incident: IncidentState;
  /** What to tell; `null`: only the state changes. */
  readonly change: 'recurred' | 'reopened' | 'unmuted' | 'unordered' | null;
  readonly why: ChangeWhy;
  /** For the history. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface MeetingCrash extends ReturningCrash {
  readonly id: string;
}

/**
 * What a crash that was just counted to an incident does to it: a closed one may come back, a muted one may speak again.
 *
 * @param incident with the crash counted
 * @returns `null`: nothing
 */
export function meetCrash(
  incident: IncidentState,
  crash: MeetingCrash,
  table: readonly FixRow[],
  nowMs: number,
): Meeting | null {
  if (incident.status === 'open') return meetOpen(incident, crash, nowMs);
  if (incident.holding) {
    const why = { reason: 'held-again', text: 'Another damaged report came.' };
    return moved(incident, { kind: 'reopen', atMs: nowMs }, 'reopened', why);
  }
  if (wasEmptied(incident)) {
    const why = {
      reason: 'counted-again',
      text: 'It was closed since no crash was left of it; now one came.',
    };
    return moved(incident, { kind: 'reopen', atMs: nowMs }, 'reopened', why);
  }
  const verdict = judgeReturn(crash, closedPart(incident, incident.status), table);
  if (verdict.kind === 'regressed') return recur(incident, verdict, nowMs);
  return verdict.kind === 'unordered' ? noteUnordered(incident, crash, verdict) : null;
}

/** The machine closes what has no crash left (its crashes were copies of others): nobody said that anything was fixed. */
function wasEmptied({ status, resolvedBy, fix }: IncidentState): boolean {
  return status === 'resolved' && resolvedBy === 'machine' && fix === null;
}

/**
 * What is to be said of crashes on branches of which nobody knew, now that more is known of the fix.
 *
 * @returns `null`: as much as before
 */
export function judgeUnordered(
  incident: IncidentState,
  table: readonly FixRow[],
  nowMs: number,
): Meeting | null {
  if (incident.status !== 'resolved' || incident.life.unordered.length === 0) return null;
  const closed = closedPart(incident, incident.status);
  const judged = incident.life.unordered.map((branch) => ({
    branch,
    verdict: judgeReturn({ ...branch, kernelRelease: branch.release }, closed, table),
  }));
  const back = judged.find(({ verdict }) => verdict.kind === 'regressed');
  if (back !== undefined) {
    const meeting = recur(incident, back.verdict, nowMs);
    const { crashId, branch, release } = back.branch;
    return meeting === null ? null : { ...meeting, detail: { ...meeting.detail, crashId, branch, release } };
  }
  const unordered = judged.filter(({ verdict }) => verdict.kind === 'unordered').map(({ branch }) => branch);
  if (unordered.length === incident.life.unordered.length) return null;
  const why = { reason: 'older-than-fix', text: RETURN_REASONS['older-than-fix'] };
  return { incident: { ...incident, life: { ...incident.life, unordered } }, change: null, why, detail: {} };
}

function closedPart(incident: IncidentState, status: 'resolved' | 'obsolete') {
  const { tenant, resolvedAtMs, fix } = incident;
  return { tenant, status, closedAtMs: resolvedAtMs ?? 0, fix };
}

function meetOpen(incident: IncidentState, crash: MeetingCrash, nowMs: number): Meeting | null {
  const ended = muteEnd(incident, crash.kernelRelease, nowMs);
  if (ended === null) return null;
  const why = { reason: ended, text: 'The mute ended: its condition came true.' };
  return moved(incident, { kind: 'unmute', atMs: nowMs }, 'unmuted', why, { mute: incident.triage.mute });
}

function recur(incident: IncidentState, verdict: ReturnVerdict, nowMs: number): Meeting | null {
  const { reason, decidedBy } = verdict;
  const why = {
    reason,
    text: decidedBy === null ? RETURN_REASONS[reason] : `${RETURN_REASONS[reason]} (${decidedBy})`,
  };
  const { resolvedAtMs, fix, status } = incident;
  return moved(incident, { kind: 'recur', atMs: nowMs }, 'recurred', why, {
    wasClosed: status,
    resolvedAt: resolvedAtMs === null ? null : new Date(resolvedAtMs).toISOString(),
    ...(decidedBy !== null && { decidedBy }),
    ...(fix !== null && { fix }),
  });
}

function moved(
  incident: IncidentState,
  event: Parameters<typeof transition>[1],
  change: Meeting['change'],
  why: ChangeWhy,
  detail: Meeting['detail'] = {},
): Meeting | null {
  const result = transition(incident, event);
  return result.kind === 'illegal' ? null : { incident: result.incident, change, why, detail };
}

/** The first crash of a branch is told; later ones are counted to it. */
function noteUnordered(
  incident: IncidentState,
  crash: MeetingCrash,
  { reason }: ReturnVerdict,
): Meeting | null {
  const { unordered } = incident.life;
  const branch = unorderedBranch(crash.kernelRelease, branchOf);
  const known = unordered.find((one) => one.branch === branch);
  const { id: crashId, crashTimeMs, kernelRelease: release, livepatches } = crash;
  const seen = { branch, release, reason, crashId, crashTimeMs, livepatches };
  const why = { reason, text: RETURN_REASONS[reason] };
  if (known === undefined && unordered.length >= MAX_UNORDERED) return null;
  const next: UnorderedBranch[] =
    known === undefined
      ? [...unordered, { ...seen, crashes: 1 }]
      : unordered.map((one) => (one === known ? { ...later(one, seen), crashes: one.crashes + 1 } : one));
  return {
    incident: { ...incident, life: { ...incident.life, unordered: next } },
    change: known === undefined ? 'unordered' : null,
    why,
    detail: { branch, release },
  };
}

/** The release that is further in the branch: if that one lacks the fix, so do those before it. */
function later<Crash extends Omit<UnorderedBranch, 'crashes'>>(
  known: Crash,
  seen: Omit<UnorderedBranch, 'crashes'>,
) {
  const [before, now] = [known.release, seen.release].map((text) =>
    text === null ? null : parseRelease(text),
  );
  if (before == null || now == null) return { ...known, ...seen };
  return compareReleases(now, before) === 'before' ? known : { ...known, ...seen };
}
