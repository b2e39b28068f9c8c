/** How an incident stands, each with a shape of its own, so that nothing hangs on colour alone. */
export const STATES = {
  new: { shape: '◆', word: 'new', meaning: 'open, and here for less than a week' },
  recurred: {
    shape: '↩\uFE0E',
    word: 'recurred',
    meaning: 'open again: it crashed where it had been resolved',
  },
  escalating: {
    shape: '▲',
    word: 'escalating',
    meaning: 'open, and crashing more than its own history allows, or hitting a good part of the fleet',
  },
  ongoing: { shape: '●', word: 'ongoing', meaning: 'open, and known for a while' },
  holding: {
    shape: '◌',
    word: 'holding',
    meaning: 'damaged crashes of one host that wait for a better transcript',
  },
  unfixed: {
    shape: '▲',
    word: 'resolved, escalating',
    meaning: 'resolved, and crashing more than its history allows on kernels that the fix is not in',
  },
  resolved: { shape: '✓', word: 'resolved', meaning: 'resolved; crashes that contradict that open it again' },
  obsolete: { shape: '○', word: 'obsolete', meaning: 'given up, since nothing came for long' },
} as const;
export type IncidentState = keyof typeof STATES;

export interface StateEvidence {
  readonly status: 'open' | 'resolved' | 'obsolete';
  readonly holding: boolean;
  readonly phase: 'new' | 'ongoing' | 'escalating' | 'regressed';
}

export function incidentState({ status, holding, phase }: StateEvidence): IncidentState {
  if (status === 'resolved' && phase === 'escalating') return 'unfixed';
  if (status !== 'open') return status;
  if (holding) return 'holding';
  return phase === 'regressed' ? 'recurred' : phase;
}
