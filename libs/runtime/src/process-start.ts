import { FatalError, RetryableError } from '@oopstream/ports';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from './logger';
import type { RunningService } from './service';

const RETRY_MS = { first: 500, most: 5_000 };

/** Something opened on the way to running services: outlives them and is closed after them. */
export interface Opened {
  close(): Promise<void>;
}

/** Notes what was opened, so that it is closed again, the latest first. @returns what it was given */
export type Open = <T extends Opened>(one: T) => T;

export interface Started {
  readonly services: readonly RunningService[];
  readonly opened: readonly Opened[];
}

/**
 * Starts what a process consists of. While a backing service is away, or has not been migrated, everything opened so
 * far is closed and the start begins anew, for at most `timeoutMs`.
 * @param stop ends the waiting: then `null`
 * @throws what `start` throws that waiting cannot help, or still throws after `timeoutMs`
 */
export async function startPatiently(options: {
  readonly start: (open: Open) => Promise<readonly RunningService[]>;
  readonly timeoutMs: number;
  readonly stop: AbortSignal;
  readonly logger: Logger;
}): Promise<Started | null> {
  const { start, timeoutMs, stop, logger } = options;
  const deadlineMs = performance.now() + timeoutMs;
  for (let waitMs = RETRY_MS.first; ; waitMs = Math.min(2 * waitMs, RETRY_MS.most)) {
    const opened: Opened[] = [];
    const open: Open = (one) => {
      opened.push(one);
      return one;
    };
    try {
      return { services: await start(open), opened };
    } catch (error) {
      await closeAll(opened, logger);
      if (!mayPass(error) || performance.now() + waitMs > deadlineMs) throw error;
      if (stop.aborted) return null;
      const { reason, message } = error;
      logger.warn({ reason, detail: message, waitMs }, 'not started yet: waiting for a backing service');
    }
    // Its only failure is that we are to stop.
    await delay(waitMs, undefined, { signal: stop }).catch(() => undefined);
    if (stop.aborted) return null;
  }
}

/** Closes the latest first; what does not close is logged and keeps nothing else open. */
export async function closeAll(opened: readonly Opened[], logger: Logger): Promise<boolean> {
  let isClean = true;
  for (const one of [...opened].reverse())
    try {
      await one.close();
    } catch (error) {
      isClean = false;
      logger.error({ err: error }, 'closing failed');
    }
  return isClean;
}

function mayPass(error: unknown): error is RetryableError | FatalError {
  return error instanceof RetryableError || (error instanceof FatalError && error.reason === 'unknown-topic');
}
