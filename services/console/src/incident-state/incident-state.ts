/** How an incident stands, each with a shape of its own, so that nothing hangs on colour alone. */
export const STATES = {
  new: { shape: '◆', word: 'new', meaning: 'open, first seen within the last 24 hours' },
  recurred: {
    shape: '↩\uFE0E',
    word: 'recurred',
    meaning: 'open again: it crashed after it had been resolved',
  },
  escalating: {
    shape: '▲',
    word: 'escalating',
    meaning:
      'open, and yesterday and today brought at least 10 crashes and 3 times the two-day average before',
  },
  ongoing: { shape: '●', word: 'ongoing', meaning: 'open, known for more than 24 hours' },
  holding: {
    shape: '◌',
    word: 'holding',
    meaning: 'damaged crashes of one host that wait for a better transcript',
  },
  resolved: { shape: '✓', word: 'resolved', meaning: 'resolved, no crash since' },
} as const;
export type IncidentState = keyof typeof STATES;

export interface StateEvidence {
  readonly status: 'open' | 'resolved';
  readonly holding: boolean;
  readonly firstSeenAt: string;
  readonly recurrences: number;
  /** Crashes of each UTC day, oldest first, today last. */
  readonly dailyCrashes: readonly number[];
}

const NEW_FOR_MS = 24 * 3_600_000;
const ESCALATING_FACTOR = 3;
const ESCALATING_MIN_CRASHES = 10;

export function incidentState(evidence: StateEvidence, now: Date): IncidentState {
  if (evidence.status === 'resolved') return 'resolved';
  if (evidence.holding) return 'holding';
  if (evidence.recurrences > 0) return 'recurred';
  if (now.getTime() - new Date(evidence.firstSeenAt).getTime() < NEW_FOR_MS) return 'new';
  return isEscalating(evidence.dailyCrashes) ? 'escalating' : 'ongoing';
}

function isEscalating(dailyCrashes: readonly number[]): boolean {
  const total = (days: readonly number[]): number => days.reduce((sum, crashes) => sum + crashes, 0);
  const latest = total(dailyCrashes.slice(-2));
  const before = dailyCrashes.slice(0, -2);
  if (before.length < 2 || latest < ESCALATING_MIN_CRASHES) return false;
  return latest >= ESCALATING_FACTOR * 2 * (total(before) / before.length);
}
