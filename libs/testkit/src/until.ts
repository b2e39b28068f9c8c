import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  /** Default 10 000. */
  readonly timeoutMs?: number;
  /** Default 10. */
  readonly intervalMs?: number;
  /** What was waited for, for the error. */
  readonly what?: string;
}

/**
 * Asks again and again until `condition` gives something truthy, and returns that.
 * @throws Error when it still does not after the timeout; with the last thing that `condition` threw as its cause.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  options: UntilOptions = {},
): Promise<NonNullable<T>> {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const value = await condition();
      if (value) return value;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > deadlineMs)
      throw new Error(`still not after ${timeoutMs} ms: ${options.what ?? condition.toString()}`, { cause });
    await delay(options.intervalMs ?? 10);
  }
}
