import { FatalError } from '@oopstream/ports';
import type { Clock, EventLogWriter } from '@oopstream/ports';

/** Tells whether the log takes what it is given: what the collector's readiness is about. */
export interface AppendWatch {
  readonly log: EventLogWriter;
  check(): { readonly ok: boolean; readonly detail: string };
}

/**
 * Watches appends on their way to the log.
 *
 * @param limits `lateAfterMs`: an append that waits for longer counts as failed. `forgetAfterMs`: how long after a
 * failure the log counts as away without another try; then senders may find out, since nobody else does.
 */
export function watchAppends(
  log: EventLogWriter,
  clock: Clock,
  { lateAfterMs, forgetAfterMs }: { readonly lateAfterMs: number; readonly forgetAfterMs: number },
): AppendWatch {
  const waitingAppends = new Set<{ readonly atMs: number }>();
  let failedAtMs: number | null = null;
  return {
    log: {
      async append(topic, records) {
        const waiting = { atMs: clock.nowMs() };
        waitingAppends.add(waiting);
        try {
          await log.append(topic, records);
          failedAtMs = null;
        } catch (error) {
          // A record that is refused says nothing about the log.
          if (!(error instanceof FatalError) || error.reason === 'unknown-topic') failedAtMs = clock.nowMs();
          throw error;
        } finally {
          waitingAppends.delete(waiting);
        }
      },
      close: () => log.close(),
    },
    check() {
      const nowMs = clock.nowMs();
      const [oldest] = waitingAppends;
      if (oldest !== undefined && nowMs - oldest.atMs > lateAfterMs)
        return { ok: false, detail: `an append waits for ${nowMs - oldest.atMs} ms` };
      if (failedAtMs !== null && nowMs - failedAtMs <= forgetAfterMs)
        return { ok: false, detail: `the last append failed ${nowMs - failedAtMs} ms ago` };
      return { ok: true, detail: 'takes what it is given' };
    },
  };
}
