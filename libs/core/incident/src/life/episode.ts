import type { IncidentState } from '../dedup-state';
import type { TransitionChange } from '../incident-transition';

/** A time that an incident was open, numbered from 1; the next one begins when it comes back. */
export interface PlannedEpisode {
  readonly tenant: string;
  readonly incidentId: string;
  readonly number: number;
  /** `null`: the episode is there, only its end changes. */
  readonly opened: {
    readonly atMs: number;
    readonly why: string;
    readonly crashId: string | null;
    /** Crashes of the incident that belong to earlier episodes. */
    readonly crashesBefore: number;
  } | null;
  /** `null`: it is open, or open again. */
  readonly closed: { readonly atMs: number; readonly why: string } | null;
}

/** @returns the number of an incident's present or last episode. */
export function episodeNumber({ recurrences }: Pick<IncidentState, 'recurrences'>): number {
  return recurrences + 1;
}

/**
 * What a change of an incident does to its episodes.
 *
 * @param incident after the change @param crash that brought it about, counted already
 * @returns `null`: nothing
 */
export function episodeOf(
  change: TransitionChange | 'opened',
  incident: IncidentState,
  { atMs, why, crashId }: { readonly atMs: number; readonly why: string; readonly crashId: string | null },
): PlannedEpisode | null {
  const { tenant, id } = incident;
  const episode = { tenant, incidentId: id, number: episodeNumber(incident) };
  switch (change) {
    case 'opened':
      return { ...episode, opened: { atMs, why, crashId, crashesBefore: 0 }, closed: null };
    case 'recurred': {
      const crashesBefore = Math.max(0, incident.crashes - (crashId === null ? 0 : 1));
      return { ...episode, opened: { atMs, why, crashId, crashesBefore }, closed: null };
    }
    case 'reopened':
      return { ...episode, opened: null, closed: null };
    case 'resolved':
    case 'obsoleted':
      // Who says more of the fix later closes nothing anew.
      return { ...episode, opened: null, closed: { atMs: incident.resolvedAtMs ?? atMs, why } };
    case 'acknowledged':
    case 'assigned':
    case 'muted':
    case 'unmuted':
    case 'escalated':
    case 'calmed':
    case 'settled':
      return null;
  }
}
