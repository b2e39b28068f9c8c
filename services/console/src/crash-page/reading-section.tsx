import type { CrashReading } from '../api/models';
import { CopyText } from '../feedback/copy-text';
import styles from './crash-page.module.css';
import { FramesTable } from './frames-table';

interface Props {
  readonly crashId: string;
  readonly reading: CrashReading;
}

const DAMAGE = {
  torn: 'lines of other CPUs or tasks run through it',
  truncated: 'the text ends before the report does',
  'header-lost': 'the beginning of the report is missing',
  'trace-lost': 'the stack is missing',
  'other-report-between': 'another report lies within it',
  'aftermath-only': 'only what came after the crash was kept',
} as const;

/** What one algorithm version understood at one place of the transcript. */
export function ReadingSection({ crashId, reading }: Props) {
  const { headline, damage, span, format } = reading.reading;
  return (
    <section className={styles.reading} aria-label="Stack">
      <h2 className={styles.part}>Stack</h2>
      {headline !== null && <p className={styles.kernelSays}>{headline}</p>}
      {damage !== null && (
        <p className={styles.damage}>
          Damaged, <code>{damage}</code>: {DAMAGE[damage]}. A better transcript of the same crash would
          replace it.
        </p>
      )}
      <FramesTable crashId={crashId} reading={reading} />
      <p className={styles.origin}>
        {reading.primary ? 'Primary reading' : 'Reading'} by algorithm version{' '}
        {reading.signature.algorithmVersion}, format {format}, bytes {span.start.toLocaleString('en-US')} to{' '}
        {span.end.toLocaleString('en-US')}, outcome <code>{reading.outcome}</code>. Keys: group{' '}
        <code>{reading.signature.groupText.split('\n').join(' · ')}</code>{' '}
        <CopyText text={reading.signature.groupKey} what="group key" /> · exact{' '}
        <code>{reading.signature.exactKey.slice(0, 11)}…</code>{' '}
        <CopyText text={reading.signature.exactKey} what="exact key" />
      </p>
    </section>
  );
}
