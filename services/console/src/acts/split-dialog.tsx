import { useNavigate } from '@tanstack/react-router';
import { splitIncident } from '../api/decision-queries';
import { counted } from '../count/count-text';
import { Dialog } from '../feedback/dialog';
import { ActForm } from './act-form';
import { IncidentPicker, usePickedIncident } from './incident-picker';

interface Props {
  readonly number: string;
  readonly groupKeys: readonly string[];
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Where chosen keys go: to an incident of their own, or to one that is named. */
export function SplitDialog({ number, groupKeys, opened, onClose }: Props) {
  return (
    <Dialog
      title={`Split ${counted(groupKeys.length, 'key', 'keys')} off ${number}`}
      opened={opened}
      onClose={onClose}
    >
      <SplitForm number={number} groupKeys={groupKeys} onClose={onClose} />
    </Dialog>
  );
}

function SplitForm({ number, groupKeys, onClose }: Omit<Props, 'opened'>) {
  const navigate = useNavigate();
  const picked = usePickedIncident(number);
  const into = picked.incident?.number ?? null;
  return (
    <ActForm
      effect={
        <>
          Crashes of <code>{groupKeys.join(' ')}</code> move, later ones follow, and these keys never join{' '}
          {number} again by themselves. The history can take it back.
        </>
      }
      verb={into === null ? 'Split off' : `Move to ${into}`}
      ready={picked.typed.trim() === '' || into !== null}
      act={(note) =>
        splitIncident(number, { ...note, groupKeys: [...groupKeys], ...(into !== null && { into }) })
      }
      onDone={({ to }) => {
        onClose();
        void navigate({ to: '/incidents/$number', params: { number: to }, search: { tab: 'history' } });
      }}
      onClose={onClose}
    >
      <IncidentPicker picked={picked} label="Into" hint="Empty: an incident of their own." />
    </ActForm>
  );
}
