import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ActForm } from '../acts/act-form';
import { decisionsQuery, undoDecision } from '../api/decision-queries';
import type { Decision } from '../api/models';
import { counted } from '../count/count-text';
import { Dialog } from '../feedback/dialog';
import { Failure } from '../feedback/failure';
import { useMay } from '../session/use-scopes';
import { Moment } from '../time/moment';
import { DECISION_WORDS, mayUndo } from './decision-words';
import styles from './incident-page.module.css';

/** What people decided of its grouping, the newest first; each can be taken back. Nothing where nobody did. */
export function Decisions({ number }: { number: string }) {
  const { data, error, refetch } = useQuery(decisionsQuery(number));
  const mayAct = useMay('admin') === true;
  const [undone, setUndone] = useState<Decision | null>(null);
  if (error !== null && data === undefined)
    return <Failure what="The decisions could not be loaded" error={error} onRetry={() => void refetch()} />;
  if (data === undefined || data.items.length === 0) return null;
  return (
    <section aria-label="Decisions">
      <h3 className={styles.sub}>Decided by people</h3>
      <ul className={styles.history}>
        {data.items.map((decision) => (
          <li key={decision.id}>
            <Said decision={decision} own={number} />{' '}
            {mayAct && mayUndo(decision) && (
              <Button variant="default" size="compact-xs" onClick={() => setUndone(decision)}>
                Undo…
              </Button>
            )}
          </li>
        ))}
      </ul>
      {undone !== null && <UndoDialog decision={undone} onClose={() => setUndone(null)} />}
      <h3 className={styles.sub}>All that was done</h3>
    </section>
  );
}

function Said({ decision, own }: { decision: Decision; own: string }) {
  const { kind, actor, at, note, from, to, crashes, undoneBy } = decision;
  return (
    <>
      <span className={styles.when}>
        <Moment at={at} />
      </span>
      <b>{DECISION_WORDS[kind]}</b> {from !== to && <Way from={from} to={to} own={own} />}{' '}
      <span className="dim">
        {counted(crashes, 'crash', 'crashes')}, by {actor}
        {undoneBy !== null && ', taken back'}
      </span>{' '}
      {note !== null && <q>{note}</q>}
    </>
  );
}

function Way({ from, to, own }: { from: string; to: string; own: string }) {
  return (
    <>
      {from === own ? (
        from
      ) : (
        // The number of a merged incident leads to where it went.
        <Link to="/incidents/$number" params={{ number: from }}>
          {from}
        </Link>
      )}
      {' → '}
      {to === own ? (
        to
      ) : (
        <Link to="/incidents/$number" params={{ number: to }}>
          {to}
        </Link>
      )}
    </>
  );
}

function UndoDialog({ decision, onClose }: { decision: Decision; onClose: () => void }) {
  const { id, kind, from, to, crashes } = decision;
  return (
    <Dialog title={`Undo: ${DECISION_WORDS[kind]} ${from} → ${to}`} opened onClose={onClose}>
      <ActForm
        effect={`The grouping is as if it had never been decided: ${counted(crashes, 'crash', 'crashes')} of then, and those that came since by it, return to where they belong without it.`}
        verb="Undo"
        act={(note) => undoDecision(id, note)}
        onDone={onClose}
        onClose={onClose}
      />
    </Dialog>
  );
}
