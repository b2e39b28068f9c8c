import { Button, Textarea } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { Failure } from '../feedback/failure';
import styles from './act-form.module.css';
import { useAct } from './use-act';

export interface ActFormProps<Done> {
  /** What it changes, before it is done. */
  readonly effect: ReactNode;
  /** Of the button. */
  readonly verb: string;
  /** What the act needs beside the note. */
  readonly children?: ReactNode;
  readonly ready?: boolean;
  readonly act: (note: { note?: string }) => Promise<Done>;
  readonly onDone: (done: Done) => void;
  readonly onClose: () => void;
}

/** Says what the act does, takes what it needs and a note for the history. */
export function ActForm<Done>(props: ActFormProps<Done>) {
  const { effect, verb, children, ready = true, act, onDone, onClose } = props;
  const [note, setNote] = useState('');
  const change = useAct(act, onDone);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready) change.mutate(note.trim());
  };
  return (
    <form onSubmit={submit} className={styles.form}>
      <p>{effect}</p>
      {children}
      <Textarea
        label="Note"
        description="For the history. Optional."
        value={note}
        maxLength={2000}
        autosize
        minRows={2}
        {...(children === undefined && { 'data-autofocus': true })}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {change.isError && <Failure what="Nothing changed" error={change.error} />}
      <div className={styles.ways}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={change.isPending} disabled={!ready}>
          {verb}
        </Button>
      </div>
    </form>
  );
}
