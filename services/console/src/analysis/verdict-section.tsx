import { Link } from '@tanstack/react-router';
import type { Analysis } from '../api/models';
import styles from './analysis.module.css';
import { ConfidenceMark } from './confidence-mark';
import { flagText } from './flag-text';

/** What happened, in one paragraph that an engineer would sign, and who is suspected. */
export function VerdictSection({ verdict }: { verdict: Analysis['verdict'] }) {
  return (
    <section className={styles.section} aria-label="Verdict">
      <h2 className={styles.verdict}>
        <Link
          to="/incidents"
          search={{ verdict: verdict.class, status: 'all' }}
          className={styles.verdictClass}
          title="All incidents with this verdict"
        >
          {verdict.class}
        </Link>
        <ConfidenceMark confidence={verdict.confidence} />
        {verdict.flags.map((flag) => (
          <span key={flag} className={styles.flag}>
            {flagText(flag)}
          </span>
        ))}
      </h2>
      <p className={styles.story}>
        {verdict.text === '' ? 'Too little is in the text to say why it crashed.' : verdict.text}
      </p>
      {verdict.culprit !== null && (
        <p className={styles.story}>
          Suspect: <code className={styles.suspect}>{verdict.culprit.name}</code>{' '}
          <ConfidenceMark confidence={verdict.culprit.confidence} />
          <span className={styles.why}>{verdict.culprit.why}</span>
        </p>
      )}
    </section>
  );
}
