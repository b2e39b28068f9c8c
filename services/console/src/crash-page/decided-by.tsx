import type { ProvenDecision } from '../api/models';
import { Moment } from '../time/moment';

/** Who decided it, when, and with which words. */
export function DecidedBy({ decision: { actor, at, note } }: { decision: ProvenDecision }) {
  return (
    <span>
      {' '}
      Decided by <b>{actor}</b> <Moment at={at} />
      {note === null ? '.' : ': '}
      {note !== null && <q>{note}</q>}
    </span>
  );
}
