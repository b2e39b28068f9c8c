import { Link } from '@tanstack/react-router';
import type { Analysis } from '../api/models';
import styles from './analysis.module.css';
import { ClaimButton, EvidenceChips, type Choosing } from './claim-button';
import { hardwareBand } from './hardware-band';

/** How likely hardware is to blame, as a number with its parts. */
export function HardwareSection({ hardware, ...choosing }: Choosing & { hardware: Analysis['hardware'] }) {
  const band = hardwareBand(hardware.value);
  const percent = Math.round(100 * hardware.value);
  return (
    <section className={styles.section} aria-label="Hardware">
      <h2 className={styles.hardware}>
        Hardware to blame
        <Link
          to="/incidents"
          search={{ hardware: band, status: 'all' }}
          title={`All incidents for which hardware is ${band} to blame`}
        >
          {band}
        </Link>
        <span className={styles.track} aria-hidden="true">
          <span className={styles.fill} style={{ width: `${percent}%` }} />
        </span>
        <span className={styles.percent}>{percent} %</span>
      </h2>
      {hardware.parts.length === 0 && <p className={styles.nothing}>Nothing in this text speaks for it.</p>}
      {hardware.parts.length > 0 && (
        <ul className={styles.findings}>
          {hardware.parts.map((part, index) => {
            const id = `hardware-${index + 1}`;
            return (
              <li
                key={id}
                id={id}
                className={styles.finding}
                data-chosen={choosing.chosen?.claim.id === id || undefined}
              >
                <span className={styles.percent}>
                  {part.weight > 0 ? '+' : ''}
                  {Math.round(100 * part.weight)} %
                </span>
                <div>
                  <ClaimButton id={id} {...choosing}>
                    {part.reason}
                  </ClaimButton>
                  <div className={styles.beside}>
                    <EvidenceChips id={id} evidence={part.evidence} {...choosing} />
                  </div>
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
