import { RetryableError } from '@oopstream/ports';

/** Work that is done again and again, never twice at a time. */
export interface RepeatedWork {
  /** What went wrong at the last run; `null` when nothing did. */
  lastError(): string | null;
  /** Rejects on an error that running again cannot heal; nothing runs from then on. */
  readonly failed: Promise<never>;
  /** Lets a running one finish; none begins from then on. */
  stop(): Promise<void>;
}

/**
 * Runs `work` at once, and again `intervalMs` after each end. A RetryableError is told to `onTrouble` and waits for the
 * next run; any other ends it ({@link RepeatedWork.failed}). Long work asks `isStopped` between its steps.
 */
export function repeatWork(options: {
  readonly intervalMs: number;
  readonly work: (isStopped: () => boolean) => Promise<void>;
  readonly onTrouble: (error: RetryableError) => void;
}): RepeatedWork {
  let lastError: string | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => undefined); // whoever runs the service waits for it too; without one it is still no crash

  const run = async (): Promise<void> => {
    try {
      await options.work(() => stopped);
      lastError = null;
    } catch (error) {
      if (!(error instanceof RetryableError)) {
        fail(error);
        return;
      }
      lastError = `${error.reason}: ${error.message}`;
      options.onTrouble(error);
    }
    if (!stopped) timer = setTimeout(start, options.intervalMs);
  };
  const start = (): void => {
    running = run();
  };
  start();
  return {
    lastError: () => lastError,
    failed,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
