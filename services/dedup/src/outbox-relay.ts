import { TOPICS, alertJob } from '@oopstream/contracts';
import { RetryableError } from '@oopstream/ports';
import type { Publication } from '@oopstream/ports';
import type { DedupDeps } from './deps';

/** Hands on what was committed with incident changes: publications to the log, deliveries to the job queue. */
export interface OutboxRelay {
  /** Something was committed: look soon. */
  wake(): void;
  /** What went wrong at the last look; `null` when nothing did. */
  lastError(): string | null;
  /** Rows not closed yet, as of the last look. */
  openRows(): { readonly publications: number; readonly deliveries: number };
  /** Rejects on an error that looking again cannot heal. */
  readonly failed: Promise<never>;
  /** Lets a running look finish. */
  stop(): Promise<void>;
}

type RelayDeps = Pick<DedupDeps, 'config' | 'writer' | 'stores' | 'jobs' | 'logger' | 'clock'>;

export function startOutboxRelay(deps: RelayDeps): OutboxRelay {
  let open = { publications: 0, deliveries: 0 };
  let lastError: string | null = null;
  let stopped = false;
  let isWoken = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | null = null;
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => undefined); // whoever runs the service waits for it too; without one it is still no crash

  const attempt = async (what: string, relay: () => Promise<number>): Promise<string | null> => {
    try {
      while ((await relay()) === deps.config.relayBatchRows && !stopped);
      return null;
    } catch (error) {
      if (!(error instanceof RetryableError)) {
        stopped = true;
        fail(error);
        return `${what} failed`;
      }
      deps.logger.warn({ err: error }, `the outbox could not hand on ${what}; it will again`);
      return `${error.reason}: ${error.message}`;
    }
  };
  const look = async (): Promise<void> => {
    isWoken = false;
    // Each goes on when the other's way is blocked.
    const publications = await attempt('publications', () => relayPublications(deps));
    const deliveries = await attempt('deliveries', () => relayDeliveries(deps));
    const counted = await attempt('counts', async () => {
      open = await deps.stores.outbox.countOpen();
      return 0;
    });
    lastError = publications ?? deliveries ?? counted;
  };
  const start = (): void => {
    clearTimeout(timer);
    if (stopped || looking !== null) return;
    looking = look().finally(() => {
      looking = null;
      if (stopped) return;
      if (isWoken && lastError === null) start();
      else timer = setTimeout(start, deps.config.relayIntervalMs);
    });
  };
  start();
  return {
    wake() {
      isWoken = true;
      start();
    },
    lastError: () => lastError,
    openRows: () => open,
    failed,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

/** @returns how many publications went to the log */
export function relayPublications({ stores, writer, config }: RelayDeps): Promise<number> {
  return stores.outbox.publishNext(config.relayBatchRows, (rows) =>
    writer.append(TOPICS.incidentChanged.name, rows.map(recordOf)),
  );
}

/** A death between the two steps enqueues the same ids again, which the queue takes as one. @returns how many jobs */
export async function relayDeliveries({ stores, jobs, config, clock }: RelayDeps): Promise<number> {
  const rows = await stores.outbox.findNotEnqueued(config.relayBatchRows);
  if (rows.length === 0) return 0;
  await jobs.enqueue(rows.map((one) => ({ ...alertJob(one), delayMs: 0 })));
  await stores.deliveries.markEnqueued(
    rows.map(({ id }) => id),
    clock.nowMs(),
  );
  return rows.length;
}

function recordOf(row: Publication): { key: string; value: Uint8Array; headers: Record<string, string> } {
  return {
    key: row.incidentId,
    value: Buffer.from(row.body, 'utf8'),
    headers: {
      'oopstream-version': '1',
      tenant: row.tenant,
      ...(row.traceparent !== null && { traceparent: row.traceparent }),
    },
  };
}
