import { Button, TextInput, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { IncidentDetail } from '../api/models';
import { counted } from '../count/count-text';
import { Dialog } from '../feedback/dialog';
import { Failure } from '../feedback/failure';
import styles from './incident-page.module.css';
import { useTriage, type Act } from './use-triage';

interface Props {
  readonly detail: IncidentDetail;
  readonly act: Act;
  readonly opened: boolean;
  readonly onClose: () => void;
}

const WORDS = {
  resolve: {
    title: 'Resolve',
    effect:
      'It leaves the open list. With a release, a crash on a kernel that has it opens it again and sends an alert; without, any crash that happens after now does.',
  },
  reopen: { title: 'Reopen', effect: 'It goes back to the open list. No alert is sent.' },
} as const;

/** Says what the act does, takes the release with the fix and a note for the history. */
export function TriageDialog({ detail, act, opened, onClose }: Props) {
  const { number } = detail.incident;
  return (
    <Dialog title={`${WORDS[act].title} ${number}`} opened={opened} onClose={onClose}>
      <TriageForm detail={detail} act={act} onClose={onClose} />
    </Dialog>
  );
}

function TriageForm({ detail, act, onClose }: Omit<Props, 'opened'>) {
  const { number, crashes, hosts } = detail.incident;
  const [note, setNote] = useState('');
  const [release, setRelease] = useState('');
  const change = useTriage(number, act, onClose);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate({ note: note.trim(), release: release.trim() });
  };
  return (
    <form onSubmit={submit} className={styles.triage}>
      <p>
        {counted(crashes, 'crash', 'crashes')} on {counted(hosts, 'host', 'hosts')}. {WORDS[act].effect}
      </p>
      {act === 'resolve' && (
        <TextInput
          label="Fixed in release"
          description="As uname -r says. Optional."
          value={release}
          maxLength={128}
          onChange={(event) => setRelease(event.currentTarget.value)}
        />
      )}
      <Textarea
        label="Note"
        description="For the history. Optional."
        value={note}
        maxLength={2000}
        autosize
        minRows={2}
        data-autofocus
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {change.isError && <Failure what="The incident did not change" error={change.error} />}
      <div className={styles.ways}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={change.isPending}>
          {WORDS[act].title}
        </Button>
      </div>
    </form>
  );
}
