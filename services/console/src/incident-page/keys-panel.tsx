import { Button, Checkbox } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { SplitDialog } from '../acts/split-dialog';
import type { IncidentDetail, IncidentKey } from '../api/models';
import { counted } from '../count/count-text';
import { CopyText } from '../feedback/copy-text';
import { useMay } from '../session/use-scopes';
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
      <Keys number={incident.number} keys={keys} />
    </>
  );
}

/** With two or more, a person who may can split some off; one has to stay. */
function Keys({ number, keys }: { number: string; keys: readonly IncidentKey[] }) {
  const mayAct = useMay('admin') === true && keys.length > 1;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [open, setOpen] = useState(false);
  const groupKeys = keys.map(({ groupKey }) => groupKey).filter((key) => chosen.includes(key));
  const toggle = (key: string): void =>
    setChosen(chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key]);
  if (keys.length === 0) return <p className="dim">None: nothing joins by key.</p>;
  return (
    <>
      {keys.map((key) => (
        <Key key={key.groupKey} entry={key}>
          {mayAct && (
            <Checkbox
              size="xs"
              label="split off"
              aria-label={`Split off ${key.groupText?.replace('\n', ' ') ?? key.groupKey}`}
              checked={groupKeys.includes(key.groupKey)}
              onChange={() => toggle(key.groupKey)}
            />
          )}
        </Key>
      ))}
      {mayAct && groupKeys.length > 0 && (
        <Button
          variant="default"
          mt="sm"
          disabled={groupKeys.length === keys.length}
          onClick={() => setOpen(true)}
        >
          {groupKeys.length === keys.length
            ? 'One key has to stay'
            : `Split ${counted(groupKeys.length, 'key', 'keys')} off…`}
        </Button>
      )}
      <SplitDialog number={number} groupKeys={groupKeys} opened={open} onClose={() => setOpen(false)} />
    </>
  );
}

function Key({ entry, children }: { entry: IncidentKey; children: ReactNode }) {
  return (
    <div className={styles.key}>
      {entry.groupText !== null && <code className={styles.keyText}>{entry.groupText}</code>}
      <div className="dim">
        <code>{shortKey(entry.groupKey)}</code> <CopyText text={entry.groupKey} what="group key" /> ·{' '}
        {entry.reason}
        {entry.score !== null && ` ${entry.score.toFixed(2)}`} · <Moment at={entry.attachedAt} />
        {entry.decision !== null && <Decided decision={entry.decision} />}
      </div>
      {children}
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
