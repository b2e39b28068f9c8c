import type { Ledger } from '@oopstream/contracts';
import type { Logger, Metrics } from '@oopstream/runtime';

export interface LedgerWatch {
  /** Reads the ledger once and keeps what it comes to. Never throws: what cannot be read is logged and left as it was. */
  check(): Promise<void>;
  stop(): void;
}

/**
 * Shows the balance as a metric and says loudly when the ledger does not add up: receipts that nobody accounts for, or
 * some that were counted twice.
 */
export function watchLedger(deps: {
  readonly readLedger: () => Promise<Ledger>;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** 0: only when {@link LedgerWatch.check} is called. */
  readonly intervalMs: number;
}): LedgerWatch {
  let imbalance = 0;
  const forget = deps.metrics.gauge('oopstream_ledger_imbalance_transcripts', () => [
    { value: imbalance, labels: {} },
  ]);
  const check = async (): Promise<void> => {
    try {
      const ledger = await deps.readLedger();
      imbalance = ledger.balance;
      if (imbalance !== 0) deps.logger.error({ ledger }, 'the ledger does not add up');
    } catch (error) {
      deps.logger.warn({ err: error }, 'the ledger cannot be read now');
    }
  };
  const timer = deps.intervalMs === 0 ? null : setInterval(() => void check(), deps.intervalMs).unref();
  return {
    check,
    stop() {
      if (timer !== null) clearInterval(timer);
      forget();
    },
  };
}
