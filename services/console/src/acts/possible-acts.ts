import type { IncidentDetail } from '../api/models';
import type { Act } from './act-dialog';

type Standing = Pick<IncidentDetail['incident'], 'status' | 'holding' | 'acknowledged' | 'muted'>;

/** What the menu offers beside resolving and reopening, in its order. */
export function possibleActs({ status, holding, acknowledged, muted }: Standing): Act[] {
  const open = status === 'open';
  const acts: (Act | null)[] = [
    open && !acknowledged ? 'acknowledge' : null,
    'assign',
    muted ? 'unmute' : open ? 'mute' : null,
    holding ? null : 'merge',
    open ? 'obsolete' : null,
  ];
  return acts.filter((act) => act !== null);
}
