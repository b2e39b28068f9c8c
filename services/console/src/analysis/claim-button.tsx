import type { ReactNode } from 'react';
import type { Evidence } from '../api/models';
import styles from './analysis.module.css';
import type { ChosenClaim } from './claim';

export interface Choosing {
  readonly chosen: ChosenClaim | null;
  /** Opens a claim, or one evidence of it, by its name in the address. */
  readonly onChoose: (hash: string) => void;
}

/** The sentence of a claim; pressing it lights up the bytes that show it. */
export function ClaimButton({
  id,
  chosen,
  onChoose,
  children,
}: Choosing & { id: string; children: ReactNode }) {
  return (
    <button
      type="button"
      className={styles.claim}
      data-claim-button={id}
      aria-pressed={chosen?.claim.id === id}
      onClick={() => onChoose(id)}
    >
      {children}
    </button>
  );
}

const MAX_CHIPS = 12;

/** The evidence of a claim by number and note, each to be opened by itself. */
export function EvidenceChips({
  id,
  evidence,
  chosen,
  onChoose,
}: Choosing & { id: string; evidence: readonly Evidence[] }) {
  const at = chosen?.claim.id === id ? chosen.at : null;
  return (
    <>
      {evidence.slice(0, MAX_CHIPS).map(({ note }, index) => (
        <button
          key={index}
          type="button"
          className={styles.chip}
          aria-pressed={at === index}
          onClick={() => onChoose(index === 0 ? id : `${id}.${index + 1}`)}
        >
          <b>{index + 1}</b> {note}
        </button>
      ))}
      {evidence.length > MAX_CHIPS && <span>and {evidence.length - MAX_CHIPS} more</span>}
    </>
  );
}
