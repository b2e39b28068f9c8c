import type { IncidentDetail } from '../api/models';
import { acknowledgeIncident, obsoleteIncident, unmuteIncident } from '../api/life-queries';
import { reopenIncident } from '../api/queries';
import { Dialog } from '../feedback/dialog';
import { ActForm } from './act-form';
import { AssignForm } from './assign-form';
import { MergeForm } from './merge-form';
import { MuteForm } from './mute-form';
import { ResolveForm } from './resolve-form';

export interface ActProps {
  readonly detail: IncidentDetail;
  readonly onClose: () => void;
}

/** Acts that take a note and no more. */
const PLAIN = {
  reopen: {
    verb: 'Reopen',
    effect: 'It goes back to the open list. No alert is sent.',
    act: reopenIncident,
  },
  acknowledge: {
    verb: 'Acknowledge',
    effect: 'Says that somebody looks at this episode. It is asked for anew when the incident comes back.',
    act: acknowledgeIncident,
  },
  unmute: { verb: 'Unmute', effect: 'People are called again.', act: unmuteIncident },
  obsolete: {
    verb: 'Mark obsolete',
    effect: 'It leaves the open list as given up. A further crash opens it again.',
    act: obsoleteIncident,
  },
} as const;

const FORMS = { resolve: ResolveForm, assign: AssignForm, mute: MuteForm, merge: MergeForm } as const;
const FORM_TITLES = { resolve: 'Resolve', assign: 'Assign', mute: 'Mute', merge: 'Merge' } as const;

type PlainAct = keyof typeof PLAIN;
export type Act = keyof typeof FORMS | PlainAct;

const isPlain = (act: Act): act is PlainAct => act in PLAIN;

/** The dialog of one act; `null`: none is open. */
export function ActDialog({ act, detail, onClose }: ActProps & { act: Act | null }) {
  if (act === null) return null;
  const title = isPlain(act) ? PLAIN[act].verb : FORM_TITLES[act];
  return (
    <Dialog title={`${title} ${detail.incident.number}`} opened onClose={onClose}>
      <ActBody act={act} detail={detail} onClose={onClose} />
    </Dialog>
  );
}

function ActBody({ act, detail, onClose }: ActProps & { act: Act }) {
  if (isPlain(act)) {
    const { verb, effect, act: change } = PLAIN[act];
    return (
      <ActForm
        effect={effect}
        verb={verb}
        act={(note) => change(detail.incident.number, note)}
        onDone={onClose}
        onClose={onClose}
      />
    );
  }
  const Form = FORMS[act];
  return <Form detail={detail} onClose={onClose} />;
}
