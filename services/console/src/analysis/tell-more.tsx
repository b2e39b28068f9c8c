import type { Analysis } from '../api/models';
import { CopyText } from '../feedback/copy-text';
import styles from './analysis.module.css';

/** The commands that would settle it, most telling first. */
export function TellMore({ missing }: { missing: Analysis['missing'] }) {
  if (missing.length === 0) return null;
  return (
    <section className={styles.section} aria-label="What would tell more">
      <h2>
        What would tell more{' '}
        <CopyText text={missing.map(({ command }) => command).join('\n')} what="all commands" />
      </h2>
      <dl className={styles.recipes}>
        {missing.map(({ command, why }) => (
          <div key={command}>
            <dt>
              <code>{command}</code> <CopyText text={command} what={command} />
            </dt>
            <dd>{why}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
