import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { IncidentDetail } from '../api/models';
import { incidentQuery } from '../api/queries';
import { counted } from '../count/count-text';
import styles from './act-form.module.css';
import { incidentNumber } from './incident-number';

const TYPING_MS = 300;

export interface Picked {
  readonly typed: string;
  readonly setTyped: (typed: string) => void;
  /** `null`: none is typed, it is not known, or it is the own one. */
  readonly incident: IncidentDetail['incident'] | null;
  readonly problem: string | null;
}

/** An incident by its number, looked up while it is typed. */
export function usePickedIncident(own: string): Picked {
  const [typed, setTyped] = useState('');
  const [settled] = useDebouncedValue(typed, TYPING_MS);
  const number = incidentNumber(settled, own);
  const { data, error } = useQuery({
    ...incidentQuery(number ?? ''),
    enabled: number !== null && number !== own,
    refetchInterval: false,
  });
  const current = settled === typed && number !== null;
  const found = current && data !== undefined ? data.incident : null;
  const isOwn = current && (number === own || found?.number === own);
  return {
    typed,
    setTyped,
    incident: isOwn ? null : found,
    problem: isOwn ? 'That is this incident.' : current && error !== null ? error.message : null,
  };
}

/** The field of a {@link Picked}, and under it what the number is: nothing is confirmed unseen. */
export function IncidentPicker({ picked, label, hint }: { picked: Picked; label: string; hint: string }) {
  const { typed, setTyped, incident, problem } = picked;
  return (
    <>
      <TextInput
        label={label}
        description={hint}
        placeholder="OOPS-42"
        value={typed}
        maxLength={32}
        error={problem}
        data-autofocus
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <div aria-live="polite">
        {incident !== null && (
          <p className={styles.found}>
            <b>{incident.number}</b> <code>{incident.title}</code> {incident.status},{' '}
            {counted(incident.crashes, 'crash', 'crashes')} on {counted(incident.hosts, 'host', 'hosts')}
          </p>
        )}
      </div>
    </>
  );
}
