import type { RebootState } from '../api/models';

export const REBOOT_STATES = {
  open: { word: 'open', meaning: 'no dump came in time' },
  waiting: { word: 'waiting', meaning: 'a dump may still come' },
  explained: { word: 'explained', meaning: 'a crash did it' },
} as const satisfies Record<Exclude<RebootState, 'all'>, { word: string; meaning: string }>;

/** What the address of the list says; absent: open ones only. */
export interface RebootsView {
  readonly state?: Exclude<RebootState, 'open'>;
}

export function readRebootsView({ state }: Readonly<Record<string, unknown>>): RebootsView {
  return state === 'waiting' || state === 'explained' || state === 'all' ? { state } : {};
}
