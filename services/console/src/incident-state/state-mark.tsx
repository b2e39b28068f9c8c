import { STATES, incidentState, type StateEvidence } from './incident-state';
import styles from './state-mark.module.css';

/** Shape and, where there is room, word of an incident's state. */
export function StateMark({ evidence, withWord = false }: { evidence: StateEvidence; withWord?: boolean }) {
  const state = incidentState(evidence);
  const { shape, word, meaning } = STATES[state];
  return (
    <span className={styles.mark} data-state={state} title={`${word}: ${meaning}`}>
      <span className={styles.shape} aria-hidden="true">
        {shape}
      </span>
      <span className={withWord ? undefined : 'sr-only'}>{word}</span>
    </span>
  );
}
