import type { Delivery } from '../api/models';
import { Empty } from '../feedback/empty';
import { CopyText } from '../feedback/copy-text';
import { durationText } from '../time/relative-time';
import { Moment } from '../time/moment';
import styles from './incident-page.module.css';

const STATE_WORDS = {
  open: { shape: '●', word: 'on its way' },
  delivered: { shape: '✓', word: 'delivered' },
  failed: { shape: '✕', word: 'failed' },
  cancelled: { shape: '◌', word: 'cancelled' },
} as const;

/** Who was told, when, and every attempt with what the other side answered. */
export function AlertsTab({ deliveries }: { deliveries: readonly Delivery[] }) {
  if (deliveries.length === 0) {
    return (
      <Empty title="No alert was sent.">
        <p>Alerts go to webhook endpoints that existed when the incident opened or recurred.</p>
      </Empty>
    );
  }
  return (
    <ol className={styles.deliveries}>
      {deliveries.map((delivery) => (
        <li key={delivery.id} data-state={delivery.state}>
          <div className={styles.line}>
            <b className={styles.deliveryState}>
              <span aria-hidden="true">{STATE_WORDS[delivery.state].shape}</span>{' '}
              {STATE_WORDS[delivery.state].word}
            </b>
            <span>{delivery.event ?? 'unknown event'}</span>
            <code className={styles.url}>{delivery.endpointUrl}</code>
            <Moment at={delivery.createdAt} />
            {delivery.nextAttemptAt !== null && delivery.state === 'open' && (
              <span className="dim">
                next attempt <Moment at={delivery.nextAttemptAt} />
              </span>
            )}
            <span className="dim">
              webhook-id <code>{delivery.id.slice(0, 8)}</code>{' '}
              <CopyText text={delivery.id} what="webhook-id" />
            </span>
          </div>
          <Attempts delivery={delivery} />
        </li>
      ))}
    </ol>
  );
}

function Attempts({ delivery }: { delivery: Delivery }) {
  if (delivery.attempts.length === 0) return <p className="dim">Not tried yet.</p>;
  return (
    <ul className={styles.attempts}>
      {delivery.attempts.map((attempt) => (
        <li key={attempt.number}>
          <span className="dim">attempt {attempt.number}</span> <Moment at={attempt.startedAt} /> ·{' '}
          {attempt.status === null ? 'no answer' : `status ${attempt.status}`} ·{' '}
          <code>{attempt.outcome}</code> · {durationText(attempt.durationMs / 1_000)}
          {attempt.detail !== '' && <code className={styles.answer}>{attempt.detail}</code>}
        </li>
      ))}
    </ul>
  );
}
