import { MemoryIncidents, SAMPLE_START_MS, sampleReceipt } from './fakes';
import type { SampleReading } from './fakes';
import { decideBatch } from './decide-batch';
import type { IncidentState } from './dedup-state';
import type { Receipt } from './receipt';

const NOW_MS = SAMPLE_START_MS + 86_400_000;
const BUNDLE = { bundleId: '01J00000000000000000BUNDLE' };

describe('an incident whose only crash turned out to be one of another', () => {
  const store = new MemoryIncidents();
  let ids = 0;
  const settle = (receipt: Receipt) => {
    const newId = () => `id-${(ids += 1)}`;
    const { plan } = decideBatch([receipt], store.load([receipt], 0), { newId, nowMs: NOW_MS });
    store.apply(plan);
    return plan.changes.map(({ change, why }) => [change, why?.reason ?? null]);
  };
  const first = (): IncidentState | undefined => [...store.incidents.values()][0];
  const text = (n: number, reading: SampleReading) =>
    sampleReceipt(n, { transcript: BUNDLE, readings: [{ ...reading, fatal: true }] });

  it('is closed by the machine, and open again with its next crash: no regression, nobody had fixed anything', () => {
    // Some lines of the console, then the whole text, which has another key.
    settle(text(1, { bug: 'f' }));
    settle(text(2, { bug: 'g', callers: ['a', 'b', 'c', 'd'] }));
    expect(first()).toMatchObject({ status: 'resolved', resolvedBy: 'machine', crashes: 0 });
    const later = { receivedAtMs: NOW_MS + 3_600_000, transcript: { hostId: 'b' } };
    expect(settle(sampleReceipt(3, { ...later, readings: [{ bug: 'f' }] }))).toEqual([
      ['reopened', 'counted-again'],
    ]);
    expect(first()).toMatchObject({ status: 'open', crashes: 1, recurrences: 0, trend: 'ongoing' });
  });
});
