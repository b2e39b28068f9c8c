import type { FixView, Incident, IncidentDetail } from '@oopstream/contracts';
import { episodeNumber, incidentSeverity, severityLevel } from '@oopstream/core-incident';
import { branchOf, parseRelease } from '@oopstream/core-release';
import type { EpisodeRow, IncidentRow, StoredFix } from '@oopstream/ports';
import { timeText, timeTextOrNull } from './time-text';

type LifeOfIncident = Pick<
  Incident,
  'phase' | 'severity' | 'severityScore' | 'acknowledged' | 'assignee' | 'muted' | 'episode' | 'unordered'
>;

/** @returns what every answer says of an incident's life. */
export function viewLife({
  trend,
  severity,
  triage,
  life,
  recurrences,
}: IncidentRow['living']): LifeOfIncident {
  return {
    phase: trend,
    severity: severityLevel(severity),
    severityScore: severity,
    acknowledged: triage.acknowledgedAtMs !== null,
    assignee: triage.assignee,
    muted: triage.mute !== null,
    episode: episodeNumber({ recurrences }),
    unordered: life.unordered.map(({ branch }) => branch),
  };
}

/** @returns what an incident's page says of its life besides. */
export function viewLifeDetail(
  incident: IncidentRow,
  episodes: readonly EpisodeRow[],
): Pick<IncidentDetail, 'severity' | 'triage' | 'escalation' | 'unordered' | 'episodes'> {
  const { life } = incident.living;
  const { level, score, parts } = incidentSeverity({ ...incident, fleetShare: life.fleetShare });
  return {
    severity: { level, score, parts: [...parts] },
    triage: viewTriage(incident.living.triage),
    escalation:
      life.escalation === null
        ? null
        : {
            since: timeText(life.escalation.sinceMs),
            rule: life.escalation.rule,
            limit: life.escalation.limit,
          },
    unordered: life.unordered.map(({ branch, release, reason, crashId, crashes }) => {
      return { branch, release, reason, crashId, crashes };
    }),
    episodes: episodes.map(viewEpisode),
  };
}

function viewTriage(triage: IncidentRow['living']['triage']): IncidentDetail['triage'] {
  const { acknowledgedAtMs, acknowledgedBy, assignee, mute } = triage;
  const acknowledged = { acknowledgedAt: timeTextOrNull(acknowledgedAtMs), acknowledgedBy };
  if (mute === null) return { ...acknowledged, assignee, mute: null };
  const { atMs, untilMs, ...conditions } = mute;
  return {
    ...acknowledged,
    assignee,
    mute: { ...conditions, at: timeText(atMs), until: timeTextOrNull(untilMs) },
  };
}

function viewEpisode({ number, opened, closed, crashes }: EpisodeRow): IncidentDetail['episodes'][number] {
  return {
    number,
    openedAt: timeText(opened.atMs),
    openedWhy: opened.why,
    openedByCrash: opened.crashId,
    closedAt: timeTextOrNull(closed?.atMs ?? null),
    closedWhy: closed?.why ?? null,
    crashes,
  };
}

/** @returns how an incident was closed; `null` while it is open. */
export function viewResolution(
  incident: IncidentRow,
  resolution: { readonly atMs: number; readonly by: string; readonly release: string | null } | null,
): IncidentDetail['resolution'] {
  if (resolution === null) return null;
  const { fix } = incident.living;
  return {
    at: timeText(resolution.atMs),
    by: resolution.by,
    release: resolution.release,
    fix: fix === null ? null : { ...fix, releases: [...fix.releases], livepatches: [...fix.livepatches] },
  };
}

export function viewFix({ id, commit, release, livepatch, note, addedAtMs, addedBy }: StoredFix): FixView {
  const parsed = release === null ? null : parseRelease(release);
  const branch = parsed === null ? null : branchOf(parsed);
  return { id, commit, release, branch, livepatch, note, addedAt: timeText(addedAtMs), addedBy };
}
