import { STORM_RULES, decideBatch } from '@oopstream/core-incident';
import type { Receipt } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import type { SampleReceipt } from '@oopstream/core-incident/fakes';
import type { HourCount } from '../ledger-store';
import type { IncidentStoreUnderTest } from './incident-store';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = SAMPLE_START_MS + 40 * DAY_MS;
const ALL = { fromMs: null, toMs: NOW_MS + DAY_MS };
const STORM = { ...STORM_RULES, stormTranscripts: 10, newestKept: 3, classesKept: 5 };

const crash = (n: number, more: SampleReceipt = {}) =>
  sampleReceipt(n, { readings: [{ bug: 'f' }], ...more });
const at = (hour: number): { readonly receivedAtMs: number } => ({
  receivedAtMs: SAMPLE_START_MS + hour * HOUR_MS + 1,
});

/** The laws of the ledger by hour, of checks and of bodies; `under` gives the store of the running test. */
export function ledgerLaws(under: () => IncidentStoreUnderTest): void {
  const settle = async (receipts: readonly Receipt[]): Promise<void> => {
    const batch = await under().incidents.openBatch(receipts, { nowMs: NOW_MS, retentionMs: 400 * DAY_MS });
    try {
      const deps = { newId: () => under().newId(), nowMs: NOW_MS, storm: STORM };
      const { plan } = decideBatch(receipts, batch.state, deps);
      await batch.commit(plan, { publications: [], deliveries: [] });
    } finally {
      await batch.release();
    }
  };
  const hours = async (tenant: string | null = null) =>
    Object.fromEntries((await under().ledger.hours(tenant, ALL)).map(nameCount));
  const isBorneOut = async () => {
    const { ledger } = under();
    expect((await ledger.check(null, ALL)).mismatches).toEqual([]);
    expect((await ledger.checkIncidents(null)).mismatches).toEqual([]);
    expect((await ledger.recount(null)).counts).toEqual(await ledger.counts(null));
  };

  it('counts by the hour of receipt, stage and outcome, each tenant by itself', async () => {
    await settle([
      crash(1, at(0)),
      crash(2, { ...at(1), readings: [{ bug: 'f' }, { bug: 'g', damage: 'torn' }], omittedReadings: 4 }),
      sampleReceipt(3, { ...at(1), rejected: 'undecodable' }),
      crash(4, { ...at(1), tenant: 'other' }),
    ]);
    await settle([{ ...crash(1, at(5)), source: { partition: 2, offset: 90 } }]);
    expect(await hours('default')).toEqual({
      '0 transcript read': 1,
      '0 reading grouped': 1,
      '0 crash counted': 1,
      '0 body kept': 1,
      '0 redelivered redelivered': 1,
      '1 transcript read': 1,
      '1 transcript rejected:undecodable': 1,
      '1 reading grouped': 1,
      '1 reading held': 1,
      '1 reading sampled-away': 4,
      '1 crash counted': 2,
      '1 body kept': 1,
    });
    const second = { fromMs: SAMPLE_START_MS + HOUR_MS, toMs: SAMPLE_START_MS + 2 * HOUR_MS };
    expect(await under().ledger.hours('other', second)).toHaveLength(4);
    expect((await under().ledger.check('default', second)).hours).toBe(1);
    await isBorneOut();
  });

  it('moves what was rejected and can be read later within the hour that it came in', async () => {
    await settle([sampleReceipt(1, { ...at(3), rejected: 'blob-missing' })]);
    await settle([crash(1, at(3))]);
    expect(await hours()).toMatchObject({ '3 transcript read': 1 });
    expect(Object.keys(await hours())).not.toContain('3 transcript rejected:blob-missing');
    await isBorneOut();
  });

  it('adds up hours that retention let go of, and still bears out what is left', async () => {
    await settle([
      crash(1, { omittedReadings: 2 }),
      crash(2, { transcript: { hostId: 'b' } }),
      sampleReceipt(3),
    ]);
    await settle([crash(4, at(35 * 24))]);
    const counts = await under().ledger.counts(null);
    await under().retention.dropMonths(SAMPLE_START_MS + 32 * DAY_MS);
    await isBorneOut();
    for (let more = 1; more > 0;) {
      const gone = await under().retention.forget(1);
      more = (gone?.receipts ?? 0) + (gone?.transcripts ?? 0);
    }
    expect(await under().ledger.counts(null)).toEqual(counts);
    expect(await hours()).toMatchObject({
      'before transcript read': 2,
      'before transcript no-crash': 1,
      'before reading grouped': 2,
      'before reading sampled-away': 2,
      'before body kept': 3,
      'before crash counted': 2,
      '840 crash counted': 1,
    });
    await isBorneOut();
    // What a late receipt of that time comes to is counted, too.
    await settle([crash(9)]);
    expect(await hours()).toMatchObject({ 'before transcript rejected:past-retention': 1 });
    await isBorneOut();
  });

  it('names positions of the log that nobody accounts for, and no other', async () => {
    const from = (partition: number, offset: number) => ({ source: { partition, offset } });
    await settle([
      crash(1, from(0, 0)),
      sampleReceipt(2, from(0, 1)),
      crash(3, from(0, 4)),
      sampleReceipt(4, from(1, 0)),
    ]);
    await settle([{ ...crash(1), ...from(0, 2) }]);
    const { ledger } = under();
    expect((await ledger.checkPositions([{ partition: 0, offset: 3 }])).mismatches).toEqual([]);
    const { mismatches } = await ledger.checkPositions([
      { partition: 0, offset: 6 },
      { partition: 1, offset: 1 },
      { partition: 2, offset: 2 },
    ]);
    expect(mismatches).toMatchObject([
      { kind: 'position', outcome: 'partition 0', expected: 6, found: 4, examples: ['0:3-3', '0:5-5'] },
      { kind: 'position', outcome: 'partition 2', expected: 2, found: 0 },
    ]);
  });

  it('samples the bodies of a storm, counts them all, and has only those removed that nobody keeps', async () => {
    const host = (n: number) => ({ transcript: { hostId: `host-${n}` } });
    const storm = Array.from({ length: 60 }, (_, n) =>
      crash(n, { ...host(n), receivedAtMs: SAMPLE_START_MS + n }),
    );
    for (let n = 0; n < storm.length; n += 7) await settle(storm.slice(n, n + 7));
    // The same bytes from another host, whose crash is another bug's: they are kept.
    const sha256 = storm[20]!.transcript!.sha256;
    await settle([sampleReceipt(70, { readings: [{ bug: 'g' }], transcript: { hostId: 'twin', sha256 } })]);
    const kept = STORM.stormTranscripts + 1 + STORM.newestKept;
    expect(await hours()).toMatchObject({
      '0 transcript read': 61,
      '0 crash counted': 61,
      '0 body kept': kept + 1,
      '0 body sampled-away:storm': 60 - kept,
    });
    expect((await under().listIncidents()).map(({ crashes, hosts }) => [crashes, hosts])).toEqual([
      [60, 60],
      [1, 1],
    ]);
    await isBorneOut();

    const removed: string[] = [];
    const remove = (key: string): Promise<boolean> => {
      removed.push(key);
      return Promise.resolve(true);
    };
    const { retention } = under();
    const old = { beforeMs: NOW_MS + 1, nowMs: NOW_MS + 1, limit: 10 };
    expect(await retention.dropBodies({ ...old, beforeMs: NOW_MS }, remove)).toEqual({ looked: 0, gone: 0 });
    const away = retention.dropBodies(old, () => Promise.reject(new Error('the store is away')));
    await expect(away).rejects.toThrow('the store is away');
    // What was put again lately stays, is not asked for again at once, and is when it is old again.
    const spared = await retention.dropBodies(old, () => Promise.resolve(false));
    expect(spared).toEqual({ looked: 10, gone: 0 });
    while ((await retention.dropBodies(old, remove)).looked > 0);
    expect(removed).toHaveLength(60 - kept - 1 - 10);
    while ((await retention.dropBodies({ ...old, beforeMs: NOW_MS + 2 }, remove)).looked > 0);
    expect(removed).toHaveLength(60 - kept - 1);
    expect(removed).not.toContain(`default/${sha256}`);
    expect(new Set(removed).size).toBe(removed.length);
    await isBorneOut();
  });

  const withBody = (receipt: Receipt, sampledAway: string | null, isStored: boolean): Receipt => {
    if (receipt.content.kind !== 'read') throw new Error('it was not read');
    return { ...receipt, content: { ...receipt.content, body: { sampledAway, isStored } } };
  };
  const sweepAll = async (): Promise<readonly string[]> => {
    const removed: string[] = [];
    const sweep = { beforeMs: NOW_MS + 1, nowMs: NOW_MS + 1, limit: 10 };
    await under().retention.dropBodies(sweep, (key) => {
      removed.push(key);
      return Promise.resolve(true);
    });
    return removed.sort();
  };

  it('counts what the reader did without once, and has removed of it what lies in the store', async () => {
    const sampled = [
      withBody(crash(1), 'storm', false),
      withBody(crash(2, { transcript: { hostId: 'by-reference' } }), 'storm', true),
    ];
    await settle([crash(0, { transcript: { hostId: 'kept' } }), ...sampled]);
    const counted = {
      '0 transcript read': 3,
      '0 crash counted': 3,
      '0 body kept': 1,
      '0 body sampled-away:storm': 2,
    };
    expect(await hours()).toMatchObject(counted);
    expect((await under().listIncidents()).map(({ crashes, hosts }) => [crashes, hosts])).toEqual([[3, 3]]);
    await settle(sampled);
    expect(await hours()).toMatchObject(counted);
    expect(await sweepAll()).toEqual([`default/${sampled[1]!.transcript!.sha256}`]);
    await isBorneOut();
  });

  it('keeps to what became of a body first, and leaves no bytes behind that came with a repeat', async () => {
    const [kept, sampled] = [crash(1), crash(2, { transcript: { hostId: 'b' } })];
    await settle([kept, withBody(sampled, 'storm', false)]);
    const before = await hours();
    // A redelivery that decided otherwise; then another receipt of the same text, which kept its bytes.
    await settle([withBody(kept, 'storm', true), withBody(sampled, null, true)]);
    expect(await hours()).toEqual(before);
    expect(await sweepAll()).toEqual([`default/${sampled.transcript!.sha256}`]);
    await settle([crash(3, { transcript: { ...sampled.transcript! } })]);
    expect(await hours()).toMatchObject({ '0 transcript duplicate': 1, '0 body kept': 1 });
    expect(await sweepAll()).toEqual([`default/${sampled.transcript!.sha256}`]);
    await isBorneOut();
  });

  it('changes nothing of bodies and storms by a redelivered batch', async () => {
    const storm = Array.from({ length: 30 }, (_, n) =>
      crash(n, { transcript: { hostId: `host-${n}` }, receivedAtMs: SAMPLE_START_MS + n }),
    );
    await settle(storm);
    const before = await hours();
    await settle(storm);
    expect(await hours()).toEqual(before);
    await isBorneOut();
  });
}

function nameCount({ hourMs, kind, outcome, count }: HourCount): [string, number] {
  const hour = hourMs === null ? 'before' : String((hourMs - SAMPLE_START_MS) / HOUR_MS);
  return [`${hour} ${kind} ${outcome}`, count];
}
