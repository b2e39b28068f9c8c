import type { HistoryEntry } from '../api/models';
import { Empty } from '../feedback/empty';
import { Moment } from '../time/moment';
import styles from './incident-page.module.css';

/** What happened to the incident and who did it, newest first. */
export function HistoryTab({ history }: { history: readonly HistoryEntry[] }) {
  if (history.length === 0) return <Empty title="Nothing has been recorded yet." />;
  return (
    <ol className={styles.history}>
      {history.map((entry, index) => (
        <li key={`${entry.at}-${index}`}>
          <span className={styles.when}>
            <Moment at={entry.at} />
          </span>
          <b>{entry.action}</b> <span className="dim">by {entry.actor}</span>
          {Object.entries(entry.detail).map(([name, value]) => (
            <span key={name} className={styles.detail}>
              <span className="dim">{name}</span>{' '}
              {name === 'note' ? <q>{text(value)}</q> : <code>{text(value)}</code>}
            </span>
          ))}
        </li>
      ))}
    </ol>
  );
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
