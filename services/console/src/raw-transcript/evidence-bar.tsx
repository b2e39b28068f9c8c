import { Button } from '@mantine/core';
import type { LitSpan } from './text-marks';
import styles from './raw-transcript.module.css';

export interface ShownClaim {
  /** `Finding 3` */
  readonly title: string;
  readonly lit: readonly LitSpan[];
}

interface Props {
  /** `null`: none is chosen. */
  readonly claim: ShownClaim | null;
  readonly onStep: (step: 1 | -1) => void;
}

/** Which evidence is looked at, and the way to the next; always there, so that nothing moves when a claim is chosen. */
export function EvidenceBar({ claim, onStep }: Props) {
  const count = claim?.lit.length ?? 0;
  const current = claim?.lit.find((span) => span.isCurrent);
  return (
    <div className={styles.evidenceBar}>
      <span role="status" className={styles.evidenceText}>
        {claim === null && <span className="dim">Choose a claim, and its bytes light up here.</span>}
        {claim !== null && (
          <>
            <b>{claim.title}</b>
            {current === undefined
              ? ': no single place shows it'
              : ` · evidence ${current.number} of ${count}: ${current.note}`}
          </>
        )}
      </span>
      <Button.Group>
        <Button
          variant="default"
          disabled={count < 2}
          onClick={() => onStep(-1)}
          aria-label="Previous evidence"
        >
          ↑
        </Button>
        <Button variant="default" disabled={count < 2} onClick={() => onStep(1)} aria-label="Next evidence">
          ↓
        </Button>
      </Button.Group>
    </div>
  );
}
