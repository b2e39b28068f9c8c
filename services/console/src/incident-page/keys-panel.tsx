import type { IncidentDetail, IncidentKey } from '../api/models';
import { CopyText } from '../feedback/copy-text';
import { Moment } from '../time/moment';
import styles from './incident-page.module.css';

/** What makes a crash join this incident: the keys, the text they hash, and which algorithm version made them. */
export function KeysPanel({ detail }: { detail: IncidentDetail }) {
  const { incident, keys } = detail;
  return (
    <>
      <dl className={styles.facts}>
        <Fact name="blamed" value={incident.blamed} />
        <Fact name="entry" value={incident.entry} />
        <Fact name="module" value={incident.module} absent="core kernel or not said" />
        <Fact name="family" value={incident.family} />
        <Fact name="kind" value={incident.kind} />
        <Fact
          name="algorithm"
          value={detail.algorithmVersion === null ? null : `version ${detail.algorithmVersion}`}
          absent="damaged crashes only"
        />
      </dl>
      <h3 className={styles.sub}>Group keys</h3>
      {keys.map((key) => (
        <Key key={key.groupKey} entry={key} />
      ))}
      {keys.length === 0 && <p className="dim">None: nothing joins by key.</p>}
    </>
  );
}

function Key({ entry }: { entry: IncidentKey }) {
  return (
    <div className={styles.key}>
      {entry.groupText !== null && <code className={styles.keyText}>{entry.groupText}</code>}
      <div className="dim">
        <code>{shortKey(entry.groupKey)}</code> <CopyText text={entry.groupKey} what="group key" /> ·{' '}
        {entry.reason}
        {entry.score !== null && ` ${entry.score.toFixed(2)}`} · <Moment at={entry.attachedAt} />
        {entry.decision !== null && <Decided decision={entry.decision} />}
      </div>
    </div>
  );
}

function Decided({ decision }: { decision: NonNullable<IncidentKey['decision']> }) {
  return (
    <>
      {' · '}
      {decision.kind} by {decision.actor} <Moment at={decision.at} />
      {decision.note !== null && (
        <>
          {' '}
          <q>{decision.note}</q>
        </>
      )}
    </>
  );
}

const shortKey = (key: string): string => (key.length > 20 ? `${key.slice(0, 15)}…` : key);

function Fact({ name, value, absent = 'not said' }: { name: string; value: string | null; absent?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value === null ? <span className="dim">{absent}</span> : <code>{value}</code>}</dd>
    </div>
  );
}
