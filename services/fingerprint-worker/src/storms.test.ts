import { TOPICS } from '@oopstream/contracts';
import { RetryableError } from '@oopstream/ports';
import type { NewRecord } from '@oopstream/ports';
import type { RunningService } from '@oopstream/runtime';
import { until } from '@oopstream/testkit';
import { startFingerprintWorker } from './start-fingerprint-worker';
import { OOPS, createWorkerBench, keyOf, receivedRecord, repeatedly } from './worker-bench';
import type { WorkerBench } from './worker-bench';

const RECEIVED = TOPICS.transcriptReceived.name;
const AT_MS = Date.UTC(2026, 0, 1);
/** A batch of one: only a partition's very first record may have been seen by somebody else. */
const SETTINGS = { stormPerMinute: '10', stormKeepEveryMs: '60000', maxBatchRecords: '1' };
const SAMPLED_TEXTS = 40;

/** One crash of the bug on a host of its own: all of one partition, so that its place is known. */
const text = (n: number, oops = OOPS.toString()): Buffer =>
  Buffer.from(oops.replace('PID: 812', `PID: ${1000 + n}`));
const crash = (n: number, bytes = text(n), more: Parameters<typeof receivedRecord>[1] = {}): NewRecord => ({
  ...receivedRecord(bytes, { hostId: `host-${n}`, receivedAtMs: AT_MS + n, ...more }),
  key: 'default/all-of-one-partition',
});

describe('a fingerprint worker in a storm', () => {
  let bench: WorkerBench;
  let worker: RunningService | undefined;
  const start = async (settings: Readonly<Record<string, string>> = {}) => {
    bench = await createWorkerBench({ ...SETTINGS, ...settings });
    worker = await startFingerprintWorker(bench.deps);
  };
  /** @returns what came of the records, in their order */
  const work = async (...records: readonly NewRecord[]) => {
    const ids = records.map(({ headers }) => headers['receipt-id']);
    const found = () => bench.fingerprinted().filter(({ receiptId }) => ids.includes(receiptId));
    await bench.append(...records);
    await until(() => found().length >= records.length);
    return found().sort((a, b) => ids.indexOf(a.receiptId) - ids.indexOf(b.receiptId));
  };
  const storm = async (count = SAMPLED_TEXTS) => work(...Array.from({ length: count }, (_, n) => crash(n)));
  afterEach(() => worker?.stop());

  it('keeps the first ones, one of the class and one of the time; of the others it reads and signs alone', async () => {
    await start();
    const messages = await storm();
    const kept = messages.filter((one) => one.bodySampledAway === undefined);
    expect(kept).toHaveLength(10 + 2);
    expect(messages.slice(12).map((one) => [one.bodySampledAway, one.bodyStored])).toEqual(
      Array(SAMPLED_TEXTS - 12).fill(['storm', false]),
    );
    // Whatever else comes meets the kept ones alone.
    const places = (topic: string) =>
      bench.log
        .recordsOf(topic)
        .map(({ headers }) => headers['receipt-id'])
        .sort();
    const idsOf = (some: typeof messages) => some.map(({ receiptId }) => receiptId).sort();
    expect(places(TOPICS.transcriptFingerprinted.name)).toEqual(idsOf(kept));
    expect(places(TOPICS.transcriptFingerprintedBulk.name)).toEqual(idsOf(messages.slice(12)));
    // What crashes are counted and known by is the same with and without.
    const [first] = messages;
    for (const { readings, omittedReadings } of messages) {
      expect(readings).toHaveLength(1);
      expect(readings[0]!.signature).toEqual(first!.readings[0]!.signature);
      expect(readings[0]!.reading.moment).toEqual(first!.readings[0]!.reading.moment);
      expect(omittedReadings).toBe(0);
    }
    expect(messages.map(({ readings }) => readings[0]!.analysis === null)).toEqual(
      messages.map((one) => one.bodySampledAway !== undefined),
    );
    expect([...bench.blobs.blobs.keys()].sort()).toEqual(
      kept.map(({ sha256 }) => `default/${sha256}`).sort(),
    );
    expect(bench.counts.get('oopstream_bodies_sampled{storm}')).toBe(SAMPLED_TEXTS - 12);
  });

  it.each([
    ['another bug', () => text(99, OOPS.toString().replaceAll('rtx_memcpy', 'other_function'))],
    [
      'another bug beside it',
      () => Buffer.concat([text(99), repeatedly(text(99, OOPS.toString().replaceAll('rtx_', 'abc_')), 2)]),
    ],
    ['no crash', () => Buffer.from('[    0.000000] Linux version 6.1.0-13-amd64\n')],
    ['a reading cut short', () => text(99).subarray(0, Math.floor(OOPS.byteLength * 0.6))],
  ])('keeps %s in the middle of it', async (_what, make) => {
    await start();
    await storm();
    const [message] = await work(crash(99, make()));
    expect(message!.bodySampledAway).toBeUndefined();
    expect(await bench.blobs.has(keyOf(make()))).toBe(true);
    const [next] = await work(crash(100));
    expect(next!.bodySampledAway).toBe('storm');
  });

  it('keeps the first of another model, and another one after a while', async () => {
    await start();
    await storm();
    const of = async (n: number, more: Parameters<typeof receivedRecord>[1]) =>
      (await work(crash(n, text(n), more)))[0]!.bodySampledAway;
    const context = { host: 'x', model: 'PowerEdge' };
    expect([await of(90, { context }), await of(91, { context })]).toEqual([undefined, 'storm']);
    const receivedAtMs = AT_MS + 60_500;
    expect([await of(92, { receivedAtMs }), await of(93, { receivedAtMs })]).toEqual([undefined, 'storm']);
  });

  it('says of a body that came by reference that it lies there', async () => {
    await start();
    await storm();
    const bytes = text(98);
    await bench.blobs.put(keyOf(bytes), bytes);
    const [message] = await work(crash(98, bytes, { blob: keyOf(bytes), value: new Uint8Array() }));
    expect(message).toMatchObject({ bodySampledAway: 'storm', bodyStored: true });
    expect(await bench.blobs.has(keyOf(bytes))).toBe(true);
  });

  it('keeps everything when it is off', async () => {
    await start({ stormPerMinute: '0' });
    expect((await storm()).every((one) => one.bodySampledAway === undefined)).toBe(true);
  });

  it('keeps the first batch of a partition that it takes over in the middle of a storm', async () => {
    await start({ maxBatchRecords: '3' });
    await storm();
    const other = (n: number) => ({ ...crash(n), key: 'default/of-another-partition' });
    const messages = await work(...[50, 51, 52, 53, 54].map(other));
    const { partition } = messages.at(-1)!.source;
    expect(bench.log.recordsOf(RECEIVED).filter((one) => one.partition === partition)).toHaveLength(5);
    expect(messages.map((one) => one.bodySampledAway)).toEqual([
      undefined,
      undefined,
      undefined,
      'storm',
      'storm',
    ]);
  });

  it('tries a batch again without taking its own work for a storm', async () => {
    await start();
    await work(crash(0));
    bench.blobs.failure = new RetryableError('blob-unavailable', 'away');
    await bench.append(crash(1));
    let tries = 0;
    const put = bench.blobs.put.bind(bench.blobs);
    bench.blobs.put = (key, bytes) => {
      tries += 1;
      if (tries > 15) bench.blobs.failure = null;
      return put(key, bytes);
    };
    await until(() => bench.fingerprinted().length === 2);
    expect(bench.fingerprinted().every((one) => one.bodySampledAway === undefined)).toBe(true);
    expect(
      (await work(...[2, 3, 4, 5, 6, 7, 8, 9].map((n) => crash(n)))).map((one) => one.bodySampledAway),
    ).toEqual(Array(8).fill(undefined));
  }, 60_000);
});
