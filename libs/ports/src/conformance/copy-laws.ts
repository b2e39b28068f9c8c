import { CRASH_MATCH_LIMITS } from '@oopstream/core-incident';
import type { KnownCrash, Receipt } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import type { SampleReading, SampleReceipt } from '@oopstream/core-incident/fakes';
import type { BatchOptions } from '../incident-store';
import type { IncidentStoreUnderTest } from './incident-store';
import { settle } from './settle';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OPTIONS = { nowMs: SAMPLE_START_MS + DAY_MS, retentionMs: 30 * DAY_MS };
const BOOTED_MS = SAMPLE_START_MS - HOUR_MS;
const AT = { bootedAtMs: BOOTED_MS, uptimeSeconds: 7.033_594 };
const NO_CLOCK = { bootedAtMs: null, uptimeSeconds: null };
const BOOTS = ['b8a3f0ee-8d1b-4d8e-9c8e-2d1f0a9d5b11', 'b8a3f0ee-8d1b-4d8e-9c8e-2d1f0a9d5b12'].concat(
  'b8a3f0ee-8d1b-4d8e-9c8e-2d1f0a9d5b13',
);

/** Copy `n`, of a panic unless said otherwise. */
function copy(n: number, reading: SampleReading, more: Pick<SampleReceipt, 'receivedAtMs'> = {}): Receipt {
  return sampleReceipt(n, { ...more, readings: [{ fatal: true, ...reading }] });
}

/** The laws of copies that come at different times and say when; `under` gives the store of the running test. */
export function copyLaws(under: () => IncidentStoreUnderTest): void {
  /** Crashes of the host that the receipt may show once more. */
  const found = async (receipt: Receipt, options: Partial<BatchOptions> = {}): Promise<KnownCrash[]> => {
    const batch = await under().incidents.openBatch([receipt], { ...OPTIONS, ...options });
    await batch.release();
    return [...batch.state.crashes];
  };
  const counted = async () =>
    (await under().listIncidents()).map(({ title, holding, crashes, hosts }) => [
      holding ? 'held' : title.split('+')[0],
      crashes,
      hosts,
    ]);
  const isBalanced = async () =>
    expect((await under().ledger.recount(null)).counts).toEqual(await under().ledger.counts(null));

  it.each<[string, SampleReading, SampleReading]>([
    [
      'same-state',
      { bug: 'f', ...AT, machineStates: ['s', 't'] },
      { bug: 'g', ...NO_CLOCK, machineStates: ['s'] },
    ],
    ['same-moment', { bug: 'f', ...AT }, { bug: 'g', ...AT, bootedAtMs: BOOTED_MS + 4_000 }],
    ['same-stamp', { bug: 'f', ...AT }, { bug: 'f', ...AT, bootedAtMs: null }],
    [
      'same-time',
      { bug: 'f', uptimeSeconds: null, occurredAtMs: BOOTED_MS },
      { bug: 'f', uptimeSeconds: null, occurredAtMs: BOOTED_MS + 9_000 },
    ],
  ])('knows a crash again by %s, whichever copy came first', async (reason, one, other) => {
    for (const [host, pair] of [
      ['host-1', [one, other]],
      ['host-2', [other, one]],
    ] as const) {
      const [first, second] = pair.map((reading, n) =>
        sampleReceipt(n + (host === 'host-1' ? 1 : 11), {
          transcript: { hostId: host },
          readings: [{ fatal: true, ...reading }],
        }),
      ) as [Receipt, Receipt];
      await settle(under(), [first]);
      const { plan } = await settle(under(), [second]);
      expect(plan.links.map((link) => link.detail['found'] ?? link.reason)).toEqual([reason]);
      expect(await found({ ...second, receiptId: `${second.receiptId}-2` })).toHaveLength(1);
    }
    const crashes = (await under().listIncidents()).reduce((sum, incident) => sum + incident.crashes, 0);
    expect(crashes).toBe(2);
    await isBalanced();
  });

  it.each<[string, SampleReading]>([
    ['of another host', { bug: 'f', ...AT }],
    ['after another time', { bug: 'f', ...AT, uptimeSeconds: 99.033_594 }],
    ['of another boot by its clock', { bug: 'f', ...AT, bootedAtMs: BOOTED_MS - 100_000 }],
    ['of another boot by its id', { bug: 'f', ...AT, bootId: BOOTS[1]! }],
  ])('takes no copy for a crash %s', async (what, reading) => {
    await settle(under(), [copy(1, { bug: 'f', ...AT, bootId: BOOTS[0]! })]);
    const hostId = what === 'of another host' ? 'host-2' : 'host-1';
    await settle(under(), [
      sampleReceipt(2, { transcript: { hostId }, readings: [{ fatal: true, ...reading }] }),
    ]);
    expect(await counted()).toMatchObject([['f', 2, hostId === 'host-2' ? 2 : 1]]);
  });

  it('moves a held crash to its incident by a copy of its moment', async () => {
    await settle(under(), [copy(1, { bug: '', damage: 'torn', ...AT })]);
    expect(await counted()).toEqual([['held', 1, 1]]);
    const { plan } = await settle(under(), [copy(2, { bug: 'f', ...AT })]);
    expect(plan.links).toMatchObject([{ reason: 'better-copy', primary: true }]);
    expect(await counted()).toEqual([
      ['held', 0, 0],
      ['f', 1, 1],
    ]);
    await isBalanced();
  });

  it('moves a crash to the incident of the copy that tells more, and never back', async () => {
    const bare = { bug: 'g', ...NO_CLOCK, kernelRelease: null, machineStates: ['s'] };
    await settle(under(), [copy(1, bare)]);
    const { plan } = await settle(under(), [copy(2, { bug: 'f', ...AT, machineStates: ['s'] })]);
    expect(plan.links).toMatchObject([{ reason: 'fuller-copy', detail: { found: 'same-state' } }]);
    expect(await counted()).toEqual([
      ['g', 0, 0],
      ['f', 1, 1],
    ]);
    await settle(under(), [copy(3, bare)]);
    expect(await counted()).toEqual([
      ['g', 0, 0],
      ['f', 1, 1],
    ]);
    expect(await found(copy(4, bare))).toMatchObject([
      {
        primaryTranscriptId: '2'.padStart(32, '0'),
        groupKey: 'v1:f',
        moment: { bootedAtMs: BOOTED_MS, uptimeSeconds: 7.033_594, machineStates: ['s'] },
      },
    ]);
    await isBalanced();
  });

  it('makes one of two crashes that a third copy shows to be one, and finds it by what each of them told', async () => {
    const [clock, state] = [
      { bug: 'f', ...AT },
      { bug: 'g', ...NO_CLOCK, machineStates: ['s'] },
    ];
    await settle(under(), [copy(1, clock)]);
    await settle(under(), [copy(2, state)]);
    expect(await counted()).toEqual([
      ['f', 1, 1],
      ['g', 1, 1],
    ]);
    const { plan } = await settle(under(), [copy(3, { bug: 'f', ...AT, machineStates: ['s'] })]);
    expect(plan.absorbed).toHaveLength(1);
    expect(await counted()).toEqual([
      ['f', 1, 1],
      ['g', 0, 0],
    ]);
    for (const reading of [clock, state]) {
      const [crash, ...others] = await found(copy(9, reading));
      expect(others).toEqual([]);
      expect([...crash!.transcriptIds].sort()).toEqual(['1', '2', '3'].map((id) => id.padStart(32, '0')));
      expect(crash).toMatchObject({ id: plan.absorbed[0]!.into, moment: { machineStates: ['s'] } });
    }
    // A redelivery of what was absorbed opens nothing again.
    await settle(under(), [copy(2, state)]);
    expect(await counted()).toEqual([
      ['f', 1, 1],
      ['g', 0, 0],
    ]);
    await isBalanced();
  });

  it('takes a text that knows no time for a copy of the nearest crash of its key that has none, whichever came first', async () => {
    const received = (hours: number) => ({ receivedAtMs: SAMPLE_START_MS + hours * HOUR_MS });
    const [timed, bare] = [
      (n: number) =>
        copy(n, { bug: 'f', bootedAtMs: BOOTED_MS + n * HOUR_MS, uptimeSeconds: 70 * n }, received(n)),
      (n: number) => copy(n, { bug: 'f', ...NO_CLOCK, occurredAtMs: null }, received(n)),
    ];
    await settle(under(), [timed(1)]);
    await settle(under(), [timed(3)]);
    const late = await settle(under(), [bare(4)]);
    expect(late.plan.links).toMatchObject([{ reason: 'no-clock', primary: false }]);
    await settle(under(), [bare(5)]);
    expect(await counted()).toEqual([['f', 2, 1]]);
    await settle(under(), [bare(6)]);
    expect(await counted()).toEqual([['f', 3, 1]]);
    const shown = await settle(under(), [timed(7)]);
    expect(shown.plan.links).toMatchObject([{ reason: 'fuller-copy', detail: { found: 'no-clock' } }]);
    expect(await counted()).toEqual([['f', 3, 1]]);
    await settle(under(), [timed(8)]);
    expect(await counted()).toEqual([['f', 4, 1]]);
    await settle(under(), [copy(9, { bug: 'g', ...NO_CLOCK, occurredAtMs: null }, received(9))]);
    expect(await counted()).toEqual([
      ['f', 4, 1],
      ['g', 1, 1],
    ]);
    await isBalanced();
  });

  it('looks at no more crashes of a host than it is told to, the latest first', async () => {
    for (const [n, bootId] of BOOTS.entries()) await settle(under(), [copy(n, { bug: 'f', ...AT, bootId })]);
    expect(await counted()).toEqual([['f', 3, 1]]);
    const again = copy(9, { bug: 'f', ...AT });
    const look = async (maxCandidates: number, receipt = again) =>
      (await found(receipt, { crashMatch: { ...CRASH_MATCH_LIMITS, windowMs: DAY_MS, maxCandidates } })).map(
        ({ bootId }) => BOOTS.indexOf(bootId ?? ''),
      );
    expect(await look(50)).toEqual([0, 1, 2]);
    expect(await look(2)).toEqual([1, 2]);
    expect(await look(1)).toEqual([2]);
    // Of its own boot all are looked at.
    expect(await look(1, copy(9, { bug: 'f', ...AT, bootId: BOOTS[0]! }))).toEqual([0, 2]);
  });

  it('compares a text with what was received within the window before or after it, by its boot for longer', async () => {
    const crashMatch = { ...CRASH_MATCH_LIMITS, windowMs: 2 * HOUR_MS, bootWindowMs: 30 * HOUR_MS };
    const received = (hours: number) => ({ receivedAtMs: SAMPLE_START_MS + hours * HOUR_MS });
    await settle(under(), [copy(1, { bug: 'f', ...AT, bootId: BOOTS[0]! }, received(10))], { crashMatch });
    for (const [hours, crashes] of [
      [7.9, 0],
      [8, 1],
      [12, 1],
      [12.1, 0],
    ] as const)
      expect(await found(copy(2, { bug: 'f', ...AT }, received(hours)), { crashMatch })).toHaveLength(
        crashes,
      );
    const sameBoot = copy(3, { bug: 'f', ...AT, bootId: BOOTS[0]! }, received(20));
    expect(await found(sameBoot, { crashMatch })).toHaveLength(1);
    const later = copy(3, { bug: 'f', ...AT, bootId: BOOTS[0]! }, received(40.1));
    expect(await found(later, { crashMatch })).toEqual([]);
    await settle(under(), [copy(4, { bug: 'f', ...AT }, received(11))], { crashMatch });
    await settle(under(), [copy(5, { bug: 'f', ...AT }, received(20))], { crashMatch });
    expect(await counted()).toEqual([['f', 2, 1]]);
  });
}
