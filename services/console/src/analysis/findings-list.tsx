import type { ReactNode } from 'react';
import type { Finding } from '../api/models';
import { CopyText } from '../feedback/copy-text';
import styles from './analysis.module.css';
import { ClaimButton, EvidenceChips, type Choosing } from './claim-button';
import { ConfidenceMark } from './confidence-mark';

interface Props extends Choosing {
  readonly findings: readonly Finding[];
  /** Why their bytes are not at hand; `null` where they are. */
  readonly note: ReactNode;
}

/** The claims in reading order: each opens its bytes, each says how sure it is and what would confirm it. */
export function FindingsList({ findings, note, ...choosing }: Props) {
  return (
    <section className={styles.section} aria-label="Findings">
      <h2>Findings</h2>
      {findings.length > 0 && note !== null && <p className={styles.nothing}>{note}</p>}
      {findings.length === 0 ? (
        <p className={styles.nothing}>
          Too little is in the text to claim more than its stack and facts say.
        </p>
      ) : (
        <ol className={styles.findings}>
          {findings.map((finding, index) => (
            <FindingItem key={index} finding={finding} id={`finding-${index + 1}`} {...choosing} />
          ))}
        </ol>
      )}
    </section>
  );
}

function FindingItem({ finding, id, ...choosing }: Choosing & { finding: Finding; id: string }) {
  const isChosen = choosing.chosen?.claim.id === id;
  return (
    <li id={id} className={styles.finding} data-chosen={isChosen || undefined}>
      <ConfidenceMark confidence={finding.confidence} />
      <div>
        <ClaimButton id={id} {...choosing}>
          {finding.claim}
        </ClaimButton>
        <div className={styles.beside}>
          <EvidenceChips id={id} evidence={finding.evidence} {...choosing} />
          {finding.confirm !== null && (
            <span className={styles.confirm}>
              confirm: <code>{finding.confirm}</code> <CopyText text={finding.confirm} what="command" />
            </span>
          )}
        </div>
      </div>
    </li>
  );
}
