import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { assignIncident } from '../api/life-queries';
import type { ActProps } from './act-dialog';
import { ActForm } from './act-form';

/** Whose it is; an empty field makes it nobody's. */
export function AssignForm({ detail, onClose }: ActProps) {
  const [assignee, setAssignee] = useState(detail.incident.assignee ?? '');
  const whose = assignee.trim() === '' ? null : assignee.trim();
  return (
    <ActForm
      effect="Says whose it is, in the list too. Nobody is told."
      verb={whose === null ? 'Leave to nobody' : `Assign to ${whose}`}
      act={(note) => assignIncident(detail.incident.number, { ...note, assignee: whose })}
      onDone={onClose}
      onClose={onClose}
    >
      <TextInput
        label="Assignee"
        description="A person or a team. Empty: nobody."
        value={assignee}
        maxLength={128}
        data-autofocus
        onChange={(event) => setAssignee(event.currentTarget.value)}
      />
    </ActForm>
  );
}
