import type { ReactNode } from 'react';
import type { Analysis } from '../api/models';
import styles from './analysis.module.css';
import type { Claim } from './claim';
import type { Choosing } from './claim-button';
import { FindingsList } from './findings-list';
import { HardwareSection } from './hardware-section';
import { TellMore } from './tell-more';
import { VerdictSection } from './verdict-section';

interface Props extends Choosing {
  readonly analysis: Analysis;
  /** Why the bytes of its claims are not at hand; `null` where they are. */
  readonly note: ReactNode;
}

/** The story of one reading: verdict, hardware, findings, and what would tell more. */
export function AnalysisStory({ analysis, note, ...choosing }: Props) {
  return (
    <>
      <VerdictSection verdict={analysis.verdict} />
      <HardwareSection hardware={analysis.hardware} {...choosing} />
      <FindingsList findings={analysis.findings} note={note} {...choosing} />
      <TellMore missing={analysis.missing} />
    </>
  );
}

/** Why there is no story. */
export function NoStory() {
  return (
    <section className={styles.section} aria-label="Verdict">
      <h2>No verdict</h2>
      <p className={styles.nothing}>
        This reading was stored before texts were analysed. <code>oopstream explain FILE</code> analyses its
        transcript by hand.
      </p>
    </section>
  );
}

/** Names of the registers' claims, in the order of the registers. */
export const registerIds = (claims: readonly Claim[]): readonly string[] =>
  claims.filter(({ id }) => id.startsWith('register-')).map(({ id }) => id);
