import { ledgerMismatchBodySchema } from '@oopstream/contracts';
import type { LedgerMismatch, LedgerPatrol, OutboxDelivery, PatrolOptions } from '@oopstream/ports';
import { createFakeClock, until } from '@oopstream/testkit';
import { createDedupBench } from './dedup-bench';
import { patrolLedger, startLedgerPatrol } from './ledger-patrol';

const NOW_MS = Date.UTC(2026, 10, 23, 12, 30);

async function bench(found: readonly LedgerMismatch[] | null) {
  const dedup = await createDedupBench();
  const { deps } = dedup;
  const deliveries: OutboxDelivery[] = [];
  const asked: PatrolOptions[] = [];
  const ledgerPatrol: LedgerPatrol = {
    patrol: (options, tell) => {
      asked.push(options);
      if (found === null) return Promise.resolve(null);
      const endpoints = [
        { tenant: 't', id: 'e1' },
        { tenant: 't', id: 'e2' },
        { tenant: 'other', id: 'e3' },
      ];
      deliveries.push(...tell(found, endpoints));
      return Promise.resolve({ hours: 3, fresh: found, open: found.length });
    },
  };
  let ids = 0;
  let told = 0;
  const config = { ...deps.config, ledgerPatrolMs: 100, ledgerRecentHours: 1, ledgerRoundHours: 5 };
  const patrol = {
    ...{ ...deps, config, clock: createFakeClock(NOW_MS), stores: { ledgerPatrol } },
    newId: () => `id-${(ids += 1)}`,
    onTold: () => (told += 1),
  };
  return { patrol, deliveries, asked, gauges: () => dedup.gauges(), told: () => told };
}

const mismatch = (n: number): LedgerMismatch => ({
  ...{ tenant: 't', hourMs: NOW_MS - 1_800_000, kind: 'reading', outcome: `o${n}` },
  ...{ expected: 3, found: 2, examples: ['x'] },
});

describe('the patrol of the ledger', () => {
  it('tells each endpoint of the tenant once of all that is new', async () => {
    const { patrol, deliveries, asked, told } = await bench(
      Array.from({ length: 30 }, (_, n) => mismatch(n)),
    );
    expect(await patrolLedger(patrol)).toBe(30);
    expect(asked).toEqual([{ nowMs: NOW_MS, recentHours: 1, roundHours: 5 }]);
    expect(deliveries.map(({ tenant, endpointId }) => [tenant, endpointId])).toEqual([
      ['t', 'e1'],
      ['t', 'e2'],
    ]);
    const { data } = ledgerMismatchBodySchema.parse(JSON.parse(deliveries[0]!.body));
    expect([data.count, data.mismatches.length]).toEqual([30, 20]);
    expect(data.mismatches[0]).toEqual({
      ...{ hour: '2026-11-23T12:00:00.000Z', kind: 'reading', outcome: 'o0' },
      ...{ expected: 3, found: 2, examples: ['x'] },
    });
    expect(told()).toBe(1);
  });

  it('is quiet where all agrees, and where another process looks', async () => {
    for (const found of [[], null]) {
      const { patrol, deliveries, told } = await bench(found);
      expect(await patrolLedger(patrol)).toBe(found === null ? null : 0);
      expect([deliveries, told()]).toEqual([[], 0]);
    }
  });

  it('shows how many counts do not agree, and forgets its gauge at the end', async () => {
    const { patrol, gauges, asked } = await bench([mismatch(1)]);
    const running = startLedgerPatrol(patrol);
    await until(() => asked.length > 0 && gauges().get('oopstream_ledger_mismatched_counts{}') === 1);
    await running.stop();
    expect(gauges().has('oopstream_ledger_mismatched_counts{}')).toBe(false);
  });
});
