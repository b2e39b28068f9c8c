import { decideBatch } from '@oopstream/core-incident';
import type { IncidentState, PlannedChange } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import type { SampleReading, SampleReceipt } from '@oopstream/core-incident/fakes';
import type { FrameModelStore } from '../frame-model-store';
import type { IncidentStore, OutboxRows } from '../incident-store';
import type { LedgerStore } from '../ledger-store';
import type { OutboxStore } from '../outbox-store';
import { copyLaws } from './copy-laws';
import { joiningLaws } from './joining-laws';
import { ledgerLaws } from './ledger-laws';
import type { RetentionStore } from '../retention-store';
import { settle } from './settle';

export interface IncidentStoreUnderTest {
  readonly incidents: IncidentStore;
  readonly ledger: LedgerStore;
  readonly outbox: OutboxStore;
  readonly retention: RetentionStore;
  readonly frameModels: FrameModelStore;
  /** UUIDs, a new one at each call. */
  newId(): string;
  /** Every incident there is, by number. */
  listIncidents(): Promise<readonly IncidentState[]>;
}

const DAY_MS = 86_400_000;
const OPTIONS = { nowMs: SAMPLE_START_MS + DAY_MS, retentionMs: 30 * DAY_MS };
const BUNDLE = '01J00000000000000000BUNDLE';
const BOOT = 'b8a3f0ee-8d1b-4d8e-9c8e-2d1f0a9d5b11';

const crash = (n: number, bug = 'f', more: SampleReceipt = {}, reading: Partial<SampleReading> = {}) =>
  sampleReceipt(n, { ...more, readings: [{ bug, ...reading }] });

/** The laws of {@link IncidentStore}, with the ledger and the outbox that belong to it. `open` gives an empty one. */
export function incidentStoreConformance(name: string, open: () => Promise<IncidentStoreUnderTest>): void {
  describe(`incident store: ${name}`, () => {
    let under: IncidentStoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    const isBalanced = async () =>
      expect((await under.ledger.recount('default')).counts).toEqual(await under.ledger.counts('default'));

    ledgerLaws(() => under);
    joiningLaws(() => under);
    copyLaws(() => under);

    it('knows nothing at first', async () => {
      const batch = await under.incidents.openBatch([crash(1)], OPTIONS);
      expect(batch.state).toMatchObject({
        receipts: [],
        transcripts: [],
        crashes: [],
        incidents: [],
        keys: [],
      });
      expect(batch.state.retentionFloorMs).toBeGreaterThanOrEqual(OPTIONS.nowMs - OPTIONS.retentionMs);
      await batch.release();
    });

    it('gives back what was committed', async () => {
      const said = { verdict: 'lockup', hardwareLikelihood: 0.375 };
      const first = crash(1, 'f', { transcript: { bundleId: BUNDLE } }, { fatal: true, ...said });
      await settle(under, [first]);
      const again = { ...crash(2, 'f', { transcript: { bundleId: BUNDLE } }), receiptId: first.receiptId };
      const twin = sampleReceipt(3, { transcript: { bundleId: BUNDLE }, readings: [{ bug: 'g' }] });
      const batch = await under.incidents.openBatch([again, twin], OPTIONS);
      const { state } = batch;
      await batch.release();
      const { receiptId, source } = first;
      expect(state.receipts).toMatchObject([
        { receiptId, source, outcome: 'read', reason: null, redeliveredFrom: [] },
      ]);
      const [incident] = await under.listIncidents();
      expect(state.crashes).toMatchObject([
        {
          bundleId: BUNDLE,
          fatal: true,
          held: false,
          cause: { verdict: 'lockup', confidence: 'likely', hardwareLikelihood: 0.375 },
          incidentId: incident!.id,
          groupKeys: ['v1:f'],
          transcriptIds: [first.transcript!.id],
          receivedAtMs: first.receivedAtMs,
          crashTimeMs: first.receivedAtMs,
        },
      ]);
      expect(state.incidents).toEqual([incident]);
      expect(incident).toMatchObject({ crashes: 1, fatalCrashes: 1, hosts: 1, releases: ['6.1.0-18-amd64'] });
    });

    it('takes words that no kernel prints', async () => {
      // Hardly to be compressed: indexes have a limit, and what they refuse would come again for ever.
      const noise = Array.from({ length: 4_000 }, (_, n) =>
        ((n * n * 7_919) % 104_729).toString(36).at(-1),
      ).join('');
      await settle(under, [
        crash(1, 'f', {}, { kernelRelease: `6.1.0-${noise}` }),
        crash(2, 'f', { transcript: { hostId: 'b' } }, { kernelRelease: '6.1\u0000\ud800' }),
      ]);
      expect(await under.listIncidents()).toMatchObject([{ crashes: 2, hosts: 2 }]);
      await isBalanced();
    });

    it('knows crashes of one text in the order of the text, whatever their ids', async () => {
      const ids = ['b', 'a'].flatMap((digit) =>
        [digit, 'c'].map((last) => `${digit.repeat(8)}-0000-7000-8000-${last.repeat(12)}`),
      );
      const twice = [
        { bug: 'f', offset: 16 },
        { bug: 'f', offset: 32 },
      ];
      await settle({ ...under, newId: () => ids.shift() ?? under.newId() }, [
        sampleReceipt(1, { transcript: { bootId: BOOT }, readings: twice }),
      ]);
      const batch = await under.incidents.openBatch(
        [crash(2, 'f', { transcript: { bootId: BOOT } })],
        OPTIONS,
      );
      await batch.release();
      expect(batch.state.crashes.map(({ exactKey }) => exactKey)).toEqual(['v1:exact:f+16', 'v1:exact:f+32']);
    });

    it('leaves no trace of a batch that was let go of', async () => {
      const batch = await under.incidents.openBatch([crash(1)], OPTIONS);
      decideBatch([crash(1)], batch.state, { newId: () => under.newId(), nowMs: OPTIONS.nowMs });
      await batch.release();
      expect(await under.listIncidents()).toEqual([]);
      expect((await under.ledger.counts(null)).transcripts).toEqual({});
      await settle(under, [crash(1)]);
      expect(await under.listIncidents()).toMatchObject([{ crashes: 1 }]);
    });

    it('changes nothing by a redelivered batch', async () => {
      const receipts = [
        crash(1),
        crash(2, 'g'),
        sampleReceipt(3),
        sampleReceipt(4, { rejected: 'undecodable' }),
      ];
      await settle(under, receipts);
      const before = [await under.listIncidents(), await under.ledger.counts(null)];
      const { results } = await settle(under, receipts);
      expect(results.map(({ kind }) => kind)).toEqual(Array(4).fill('redelivered'));
      expect([await under.listIncidents(), await under.ledger.counts(null)]).toEqual(before);
      await isBalanced();
    });

    it('counts what its rows say: duplicates, retries, rejects, samples, late readings', async () => {
      await settle(under, [
        crash(1),
        { ...crash(1), receiptId: 'second-send', source: { partition: 0, offset: 50 } },
        { ...crash(1), source: { partition: 0, offset: 51 } },
        sampleReceipt(2, { rejected: 'blob-missing' }),
        { ...sampleReceipt(3, { rejected: 'undecodable' }), transcript: null },
        sampleReceipt(4, { readings: [{ bug: 'f' }, { bug: 'f' }], omittedReadings: 5 }),
        crash(5, 'x', {}, { damage: 'torn' }),
        sampleReceipt(6),
      ]);
      await settle(under, [{ ...crash(2), source: { partition: 1, offset: 52 } }]);
      expect(await under.ledger.counts(null)).toMatchObject({
        transcripts: { read: 4, duplicate: 1, 'rejected:undecodable': 1, 'no-crash': 1 },
        readings: { grouped: 4, held: 1, 'sampled-away': 5 },
        redelivered: 2,
      });
      await isBalanced();
    });

    it('keeps tenants apart', async () => {
      await settle(under, [crash(1), crash(2, 'f', { tenant: 'other' })]);
      expect(await under.listIncidents()).toMatchObject([
        { number: 1, crashes: 1 },
        { number: 1, crashes: 1 },
      ]);
      expect((await under.ledger.counts('other')).transcripts).toEqual({ read: 1 });
      expect((await under.ledger.counts(null)).transcripts).toEqual({ read: 2 });
    });

    it('moves a held crash to its incident by a better copy, whichever batch it comes in', async () => {
      const torn = crash(1, '', { transcript: { bundleId: BUNDLE } }, { damage: 'torn', fatal: true });
      await settle(under, [torn]);
      await settle(under, [crash(2, 'f', { transcript: { bundleId: BUNDLE } }, { fatal: true })]);
      expect(await under.listIncidents()).toMatchObject([
        { holding: true, status: 'resolved', crashes: 0, hosts: 0 },
        { holding: false, status: 'open', crashes: 1, hosts: 1 },
      ]);
      await settle(under, [
        crash(3, 'f', { transcript: { bootId: BOOT } }),
        crash(4, 'f', { transcript: { bootId: BOOT } }),
      ]);
      await settle(under, [crash(5, 'f', { transcript: { bootId: BOOT } }, { fatal: true })]);
      expect((await under.listIncidents())[1]).toMatchObject({ crashes: 2, fatalCrashes: 2, hosts: 1 });
      await isBalanced();
    });

    it('holds text that some stores cannot: NUL and halves of surrogate pairs', async () => {
      const odd = 'a\0b\ud800c\\u0000d';
      await settle(under, [crash(1, odd, { transcript: { context: { host: odd } } })]);
      expect((await under.listIncidents())[0]).toMatchObject({ crashes: 1 });
      await isBalanced();
    });

    it('lets parallel batches over the same new keys and hosts wait for each other, never in a circle', async () => {
      const bugs = ['a', 'b', 'c', 'd', 'e'];
      const batches = Array.from({ length: 12 }, (_, worker) =>
        bugs.map((_, index) => {
          const n = worker * bugs.length + index;
          const bug =
            bugs[(index * (worker % 4 === 0 ? 1 : worker % 3 === 0 ? 2 : 4) + worker) % bugs.length]!;
          return crash(n, bug, { transcript: { hostId: `host-${(n * 7) % 4}` } }, { fatal: n % 2 === 0 });
        }),
      );
      await Promise.all(batches.map((receipts) => settle(under, receipts)));
      const incidents = await under.listIncidents();
      expect(incidents.map(({ groupKeys }) => groupKeys.join()).sort()).toEqual(
        bugs.map((bug) => `v1:${bug}`),
      );
      expect(new Set(incidents.map(({ number }) => number)).size).toBe(bugs.length);
      expect(incidents.reduce((sum, one) => sum + one.crashes, 0)).toBe(60);
      expect(incidents.reduce((sum, one) => sum + one.fatalCrashes, 0)).toBe(30);
      await isBalanced();
    });

    it('counts a receipt once that two workers settle at the same time', async () => {
      await Promise.all(Array.from({ length: 4 }, () => settle(under, [crash(1), crash(2, 'g')])));
      expect(await under.listIncidents()).toMatchObject([{ crashes: 1 }, { crashes: 1 }]);
      expect((await under.ledger.counts(null)).transcripts).toEqual({ read: 2 });
    });

    it('keeps counting what retention let go of, and counts a replay of it no more', async () => {
      const FEBRUARY_MS = Date.UTC(2026, 1, 1);
      const options = { ...OPTIONS, retentionMs: 400 * DAY_MS };
      const old = [
        crash(1),
        sampleReceipt(2),
        sampleReceipt(3, { rejected: 'checksum-mismatch' }),
        { ...crash(1), source: { partition: 2, offset: 7 } },
      ];
      await settle(under, old, options);
      await settle(under, [crash(4, 'f', { receivedAtMs: FEBRUARY_MS })], options);
      const counts = await under.ledger.counts('default');
      expect(await under.retention.dropMonths(FEBRUARY_MS + 27 * DAY_MS)).toEqual({
        floorMs: FEBRUARY_MS,
        droppedMonths: 1,
      });
      expect(await under.retention.forget(2)).toMatchObject({ receipts: 2 });
      expect(await under.retention.forget(2)).toMatchObject({ receipts: 1 });
      expect(await under.retention.forget(2)).toMatchObject({ receipts: 0 });
      expect(await under.ledger.counts('default')).toEqual(counts);
      expect(await under.ledger.recount('default')).toEqual({ fromMs: FEBRUARY_MS, counts });

      const replayed = await settle(under, old, options);
      expect(replayed.results.map(({ kind }) => kind)).toEqual(Array(4).fill('redelivered'));
      expect(await under.ledger.recount('default')).toEqual({ fromMs: FEBRUARY_MS, counts });
      const late = await settle(under, [crash(5)], options);
      expect(late.results).toMatchObject([{ outcome: 'rejected', reason: 'past-retention' }]);
      await isBalanced();
      expect(await under.listIncidents()).toMatchObject([{ crashes: 2 }]);
    });

    it('never lowers the floor of retention', async () => {
      const day = Date.UTC(2026, 4, 9);
      expect(await under.retention.dropMonths(day)).toMatchObject({ floorMs: Date.UTC(2026, 4, 1) });
      expect(await under.retention.dropMonths(day - 90 * DAY_MS)).toEqual({
        floorMs: Date.UTC(2026, 4, 1),
        droppedMonths: 0,
      });
    });

    it('gives publications on in order, again after a failure, and forgets them after a success', async () => {
      const tell = (change: PlannedChange): OutboxRows['publications'] => [
        {
          id: under.newId(),
          tenant: change.incident.tenant,
          incidentId: change.incident.id,
          body: `${change.change} ${change.incident.crashes}`,
          createdAtMs: change.atMs,
          traceparent: change.traceparent,
        },
      ];
      for (const n of [1, 2, 3]) await settle(under, [crash(n)], { tell });
      const sent: string[] = [];
      const fail = under.outbox.publishNext(10, () => Promise.reject(new Error('the log is away')));
      await expect(fail).rejects.toThrow('the log is away');
      const send = (rows: OutboxRows['publications']): Promise<void> => {
        sent.push(...rows.map(({ body }) => body));
        return Promise.resolve();
      };
      expect(await under.outbox.countOpen()).toMatchObject({ publications: 3 });
      expect(await under.outbox.publishNext(2, send)).toBe(2);
      expect(await under.outbox.publishNext(2, send)).toBe(1);
      expect(await under.outbox.publishNext(2, send)).toBe(0);
      expect(sent).toEqual(['opened 1', 'seen 2', 'seen 3']);
      expect(await under.outbox.countOpen()).toMatchObject({ publications: 0 });
    });
  });
}
