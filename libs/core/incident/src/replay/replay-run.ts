/** Life of a replay. `switching` and `rolling-back` are asked for and under way: the next state is the engine's to set. */
export const REPLAY_STATES = [
  'planned',
  'running',
  'diffed',
  'approved',
  'switching',
  'switched',
  'rolling-back',
  'rolled-back',
  'failed',
  'cancelled',
] as const;
export type ReplayState = (typeof REPLAY_STATES)[number];

/** What people ask of a replay. */
export type ReplayAct = 'approve' | 'switch' | 'roll-back' | 'cancel';

/** Anything not listed is illegal. */
const ACTS: Record<ReplayAct, Partial<Record<ReplayState, ReplayState>>> = {
  approve: { diffed: 'approved' },
  switch: { approved: 'switching' },
  'roll-back': { switched: 'rolling-back' },
  cancel: { planned: 'cancelled', running: 'cancelled', diffed: 'cancelled', approved: 'cancelled' },
};

/** @returns the state after an act; `null` where it is illegal */
export function afterReplayAct(state: ReplayState, act: ReplayAct): ReplayState | null {
  return ACTS[act][state] ?? null;
}

/** States in which the engine has work to do. */
export const ACTIVE_REPLAY_STATES = ['planned', 'running', 'switching', 'rolling-back'] as const;

/** States in which a replay holds its tenant: a second one would compare itself with what the first is about to change. */
export const OPEN_REPLAY_STATES = [...ACTIVE_REPLAY_STATES, 'diffed', 'approved'] as const;

/** Which crashes a replay takes in; everything where nothing is said. Times are of the crashes' own clocks. */
export interface ReplayRange {
  readonly sinceMs: number | null;
  /** Exclusive. */
  readonly untilMs: number | null;
  readonly incidentId: string | null;
  readonly release: string | null;
}

/** Whether a range is a whole tenant: only then may another algorithm take over. */
export function isWholeTenant(range: ReplayRange): boolean {
  return Object.values(range).every((part) => part === null);
}
