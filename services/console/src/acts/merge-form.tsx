import { useNavigate } from '@tanstack/react-router';
import { mergeIncident } from '../api/decision-queries';
import { counted } from '../count/count-text';
import { ActForm } from './act-form';
import { IncidentPicker, usePickedIncident } from './incident-picker';
import type { ActProps } from './act-dialog';

/** Into which incident, its title looked up before anything moves. */
export function MergeForm({ detail, onClose }: ActProps) {
  const { number, crashes } = detail.incident;
  const navigate = useNavigate();
  const picked = usePickedIncident(number);
  const into = picked.incident?.number ?? null;
  return (
    <ActForm
      effect={`Its ${counted(crashes, 'crash', 'crashes')} and its keys move, later ones follow, and its number leads there. The history there can take it back.`}
      verb={into === null ? 'Merge' : `Merge into ${into}`}
      ready={into !== null}
      act={(note) => mergeIncident(number, { ...note, into: into ?? '' })}
      onDone={({ to }) => {
        onClose();
        void navigate({ to: '/incidents/$number', params: { number: to }, search: { tab: 'history' } });
      }}
      onClose={onClose}
    >
      <IncidentPicker picked={picked} label="Into" hint="The incident that lives on." />
    </ActForm>
  );
}
