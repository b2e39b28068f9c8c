import type { Ledger } from '@oopstream/contracts';
import { RetryableError } from '@oopstream/ports';
import { createLogger } from '@oopstream/runtime';
import type { Metrics } from '@oopstream/runtime';
import { balanceLedger } from './ledger-balance';
import { watchLedger } from './ledger-watch';

function setUp() {
  const counts = { transcripts: {}, readings: {}, crashes: {}, bodies: {}, redelivered: 0, watermark: [] };
  const around = { before: counts, after: counts };
  const still: Ledger = {
    ...balanceLedger({ received: [], fingerprinted: [], bulk: [], rejected: [] }, around, ''),
    scope: 'all',
    watermark: null,
  };
  let ledger: Ledger | Error = still;
  let gauge: (() => readonly { value: number }[]) | null = null;
  const metrics: Metrics = {
    count: () => undefined,
    record: () => undefined,
    gauge: (_name, read) => {
      gauge = read;
      return () => (gauge = null);
    },
  };
  const errors: string[] = [];
  const logger = createLogger({ service: 'test', level: 'silent' });
  logger.error = (_fields: unknown, text?: unknown) => void errors.push(String(text));
  const watch = watchLedger({
    readLedger: () => (ledger instanceof Error ? Promise.reject(ledger) : Promise.resolve(ledger)),
    metrics,
    logger,
    intervalMs: 0,
  });
  return {
    watch,
    errors,
    check: (more: Partial<Ledger> | Error) => {
      ledger = more instanceof Error ? more : { ...still, ...more };
      return watch.check();
    },
    shown: () => gauge?.()[0]?.value,
  };
}

describe('watchLedger', () => {
  it('is quiet while the ledger adds up, at rest and under way', async () => {
    const { check, errors, shown } = setUp();
    await check({ balance: 0, atRest: true });
    await check({ balance: 0, atRest: false });
    expect([errors, shown()]).toEqual([[], 0]);
  });

  it.each([
    { balance: 2, atRest: true },
    { balance: 2, atRest: false },
    { balance: -1, atRest: true },
    { balance: -1, atRest: false },
  ])('shows and says loudly that it does not: %j', async (ledger) => {
    const { check, errors, shown } = setUp();
    await check(ledger);
    expect([errors, shown()]).toEqual([['the ledger does not add up'], ledger.balance]);
  });

  it('keeps what it knew while the stores are away, and forgets its gauge at the end', async () => {
    const { check, watch, errors, shown } = setUp();
    await check({ balance: 1, atRest: true });
    await check(new RetryableError('store-unavailable', 'gone'));
    expect([errors.length, shown()]).toEqual([1, 1]);
    watch.stop();
    expect(shown()).toBeUndefined();
  });
});
