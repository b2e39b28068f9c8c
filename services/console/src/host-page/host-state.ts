import type { HostDetail } from '../api/models';

type Heartbeat = Pick<NonNullable<HostDetail['census']>, 'alive' | 'downAt'>;

/** Whether a host lives, as far as its heartbeats and transcripts tell. */
export function hostState(census: Heartbeat | null): { readonly shape: string; readonly word: string } {
  if (census === null) return { shape: '○', word: 'sends no heartbeat' };
  if (census.alive) return { shape: '●', word: 'alive' };
  if (census.downAt !== null) return { shape: '✕', word: 'died, and no heartbeat came since' };
  return { shape: '◌', word: 'silent: its heartbeats stopped' };
}
