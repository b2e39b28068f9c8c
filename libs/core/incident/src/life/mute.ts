import { containsFix, parseRelease } from '@oopstream/core-release';
import type { IncidentState } from '../dedup-state';

export type MuteEnd = 'mute-time' | 'mute-crashes' | 'mute-hosts' | 'mute-release';

/**
 * Which condition of an incident's mute came true.
 *
 * @param release of a crash just counted; `null` where there is none
 * @returns `null`: none, or it is not muted
 */
export function muteEnd(incident: IncidentState, release: string | null, nowMs: number): MuteEnd | null {
  const { mute } = incident.triage;
  if (mute === null) return null;
  if (mute.untilMs !== null && nowMs >= mute.untilMs) return 'mute-time';
  if (mute.crashes !== null && incident.crashes >= mute.crashes) return 'mute-crashes';
  if (mute.hosts !== null && incident.hosts >= mute.hosts) return 'mute-hosts';
  return mute.release !== null && release !== null && hasAllOf(release, mute.release) ? 'mute-release' : null;
}

function hasAllOf(release: string, of: string): boolean {
  if (release === of) return true;
  const [ran, wanted] = [parseRelease(release), parseRelease(of)];
  return ran !== null && wanted !== null && containsFix(ran, wanted) === 'yes';
}
