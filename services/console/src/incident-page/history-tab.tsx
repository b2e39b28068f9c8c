import { Link } from '@tanstack/react-router';
import type { HistoryEntry } from '../api/models';
import { Empty } from '../feedback/empty';
import { Moment } from '../time/moment';
import styles from './incident-page.module.css';

/** What the rest of the page says already. */
const ON_THE_PAGE = new Set(['number', 'groupText', 'groupKey']);

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
          {Object.entries(entry.detail)
            .filter(([name]) => !ON_THE_PAGE.has(name))
            .map(([name, value]) => (
              <span key={name} className={styles.detail}>
                <span className="dim">{name}</span> <Detail name={name} value={value} />
              </span>
            ))}
        </li>
      ))}
    </ol>
  );
}

function Detail({ name, value }: { name: string; value: unknown }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (name === 'note') return <q>{text}</q>;
  if (name !== 'crashId') return <code>{text}</code>;
  return (
    <Link to="/crashes/$id" params={{ id: text }} className="mono">
      {text}
    </Link>
  );
}
