import { TOPICS, incidentChangedSchema, webhookBodySchema } from '@oopstream/contracts';
import { sampleReceipt } from '@oopstream/core-incident/fakes';
import { FatalError, RetryableError } from '@oopstream/ports';
import type { NewRecord } from '@oopstream/ports';
import type { RunningService } from '@oopstream/runtime';
import { until } from '@oopstream/testkit';
import { createDedupBench, fingerprintedRecord, rejectedRecord } from './dedup-bench';
import type { DedupBench } from './dedup-bench';
import { startDedup } from './start-dedup';
import { createUuidSource } from './uuid-v7';

const running: RunningService[] = [];
const start = async (bench: DedupBench, more: Partial<DedupBench['deps']> = {}) => {
  const service = await startDedup({ ...bench.deps, ...more });
  running.push(service);
  return service;
};
afterEach(() => Promise.all(running.splice(0).map((service) => service.stop())));

const FINGERPRINTED = TOPICS.transcriptFingerprinted.name;
const BULK = TOPICS.transcriptFingerprintedBulk.name;
const REJECTED = TOPICS.transcriptRejected.name;
const CHANGED = TOPICS.incidentChanged.name;
const crash = (n: number, bug = 'f') =>
  fingerprintedRecord(sampleReceipt(n, { readings: [{ bug, fatal: true }] }));
const changes = (bench: DedupBench) =>
  bench.log
    .recordsOf(CHANGED)
    .map((record) => incidentChangedSchema.parse(JSON.parse(Buffer.from(record.value).toString('utf8'))));
const settled = (bench: DedupBench, receipts: number) =>
  until(async () => {
    const { transcripts, redelivered } = await bench.store.counts(null);
    return Object.values(transcripts).reduce((sum, count) => sum + count, redelivered) === receipts;
  });

describe('dedup', () => {
  it('turns a reading into an incident, a change on the log and an alert for each endpoint', async () => {
    const bench = await createDedupBench();
    bench.store.rows.endpoints.push({ tenant: 'default', id: 'pager' }, { tenant: 'other', id: 'theirs' });
    const service = await start(bench);
    const why = sampleReceipt(1, { readings: [{ bug: 'f', fatal: true, verdict: 'lockup' }] });
    await bench.log.writer.append(FINGERPRINTED, [fingerprintedRecord(why)]);
    await until(() => bench.log.recordsOf(CHANGED).length === 1);
    const [change] = changes(bench);
    expect(change).toMatchObject({
      change: 'opened',
      incident: { number: 'OOPS-1', title: 'f+16 page_fault from entry_of_f', crashes: 1, fatalCrashes: 1 },
    });
    expect(change!.traceparent).toBe(sampleReceipt(1).traceparent);
    expect(bench.log.recordsOf(CHANGED)[0]!.key).toBe(change!.incident.id);
    await until(async () => (await bench.jobs.depth()).waiting === 1);
    const [delivery] = bench.store.deliveries;
    expect(delivery).toMatchObject({ endpointId: 'pager', traceparent: sampleReceipt(1).traceparent });
    expect(webhookBodySchema.parse(JSON.parse(delivery!.body))).toMatchObject({
      type: 'incident.opened',
      data: {
        crash: { fatal: true, verdict: { class: 'lockup', text: 'lockup in f' } },
        url: 'http://127.0.0.1:8080/incidents/OOPS-1',
      },
    });
    expect([...bench.store.enqueued]).toEqual([delivery!.id]);
    await until(() => service.health().ready);
    expect(Object.fromEntries(bench.counts)).toMatchObject({
      'oopstream_stage_records{dedup,ok,none}': 1,
      'oopstream_crashes_counted{grouped}': 1,
      'oopstream_incidents_changed{opened}': 1,
    });
    expect(bench.gauges().get('oopstream_outbox_open_rows{publication}')).toBe(0);
  });

  it('alerts nobody of damaged readings and of crashes of an open incident', async () => {
    const bench = await createDedupBench();
    bench.store.rows.endpoints.push({ tenant: 'default', id: 'pager' });
    await start(bench);
    await bench.log.writer.append(FINGERPRINTED, [
      crash(1),
      crash(2),
      fingerprintedRecord(sampleReceipt(3, { readings: [{ bug: 'x', damage: 'torn' }] })),
    ]);
    await settled(bench, 3);
    await until(async () => (await bench.store.countOpen()).publications === 0);
    expect(bench.store.deliveries).toHaveLength(1);
    expect(changes(bench).map(({ incident }) => incident.holding)).toContain(true);
  });

  it('knows a boot again however sender and text write its id', async () => {
    const bench = await createDedupBench();
    await start(bench);
    const bootId = 'b8a3f0ee-8d1b-4d8e-9c8e-2d1f0a9d5b11';
    const sender = { transcript: { context: { bootId: bootId.toUpperCase() } } };
    await bench.log.writer.append(FINGERPRINTED, [
      fingerprintedRecord(sampleReceipt(1, { ...sender, readings: [{ bug: 'f' }] })),
      fingerprintedRecord(sampleReceipt(2, { readings: [{ bug: 'f', bootId }] })),
    ]);
    await settled(bench, 2);
    expect(bench.counts.get('oopstream_crashes_counted{same-crash}')).toBe(1);
  });

  it("takes another bug's crash before a storm's that was there first, and counts them all", async () => {
    const bench = await createDedupBench();
    const storm = Array.from({ length: 60 }, (_, n) => crash(n + 1, 'storm'));
    const other = crash(100, 'other');
    await bench.log.writer.append(BULK, storm);
    // Under way, and it ends once all of the storm's have been delivered: none of them may have begun meanwhile.
    const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<undefined>();
    const order: string[] = [];
    let waiting = 0;
    const partitions = new Set(bench.log.recordsOf(BULK).map((record) => record.partition)).size;
    const reader: DedupBench['deps']['reader'] = {
      subscribe: (options) =>
        bench.log.reader.subscribe({
          ...options,
          onBatch: (records, context) => {
            if (records[0]!.topic === BULK) waiting += 1;
            if (waiting === partitions) goOn(undefined);
            return options.onBatch(records, context);
          },
        }),
    };
    const { incidents } = bench.deps.stores;
    const openBatch: typeof incidents.openBatch = async (receipts, options) => {
      const isOther = receipts.some(({ receiptId }) => receiptId === sampleReceipt(100).receiptId);
      order.push(isOther ? 'other' : 'storm');
      if (isOther) await mayGoOn;
      return incidents.openBatch(receipts, options);
    };
    await bench.log.writer.append(FINGERPRINTED, [other]);
    const config = { ...bench.deps.config, bulkYieldMs: 60_000 };
    await start(bench, { config, reader, stores: { ...bench.deps.stores, incidents: { openBatch } } });
    await settled(bench, 61);
    expect(order.filter((one) => one === 'storm')).toHaveLength(partitions);
    expect(order[0]).toBe('other');
    const numbers = bench.store.rows.incidents;
    expect([...numbers.values()].map(({ crashes }) => crashes).sort()).toEqual([1, 60]);
    expect((await bench.store.recount(null)).counts).toEqual(await bench.store.counts(null));
  });

  it('knows a receipt again that came by the other lane', async () => {
    const bench = await createDedupBench();
    await start(bench);
    await bench.log.writer.append(BULK, [crash(1), crash(2)]);
    await settled(bench, 2);
    await bench.log.writer.append(FINGERPRINTED, [crash(2), crash(1), crash(3)]);
    await settled(bench, 3);
    await until(() => bench.counts.get('oopstream_stage_records{dedup,drop,redelivered}') === 2);
    expect(await bench.store.counts(null)).toMatchObject({ transcripts: { read: 3 }, redelivered: 0 });
  });

  it('counts every record of both topics once in the ledger', async () => {
    const bench = await createDedupBench();
    await start(bench);
    const noHeaders = rejectedRecord(sampleReceipt(4, { rejected: 'undecodable' }), { sha256: 'no' });
    await bench.log.writer.append(FINGERPRINTED, [crash(1), crash(1), fingerprintedRecord(sampleReceipt(2))]);
    await bench.log.writer.append(REJECTED, [
      rejectedRecord(sampleReceipt(3, { rejected: 'checksum-mismatch' })),
      noHeaders,
      noHeaders,
    ]);
    await settled(bench, 4);
    await until(() => bench.counts.get('oopstream_stage_records{dedup,drop,redelivered}') === 2);
    expect(await bench.store.counts(null)).toMatchObject({
      transcripts: { read: 1, 'no-crash': 1, 'rejected:checksum-mismatch': 1, 'rejected:undecodable': 1 },
    });
    expect((await bench.store.recount(null)).counts).toEqual(await bench.store.counts(null));
    expect(bench.counts.get('oopstream_stage_records{dedup,drop,rejected-checksum-mismatch}')).toBe(1);
  });

  it('puts what it cannot decode into the dead letters, as it came and with the reason', async () => {
    const bench = await createDedupBench();
    await start(bench);
    const broken: NewRecord = {
      key: 'default/host-1',
      value: Buffer.from('{"version":2'),
      headers: { a: 'b' },
    };
    await bench.log.writer.append(FINGERPRINTED, [crash(1), broken, crash(2)]);
    await settled(bench, 3);
    await until(() => bench.log.recordsOf(TOPICS.fingerprintedDeadLetter.name).length === 1);
    const [letter] = bench.log.recordsOf(TOPICS.fingerprintedDeadLetter.name);
    expect(Buffer.from(letter!.value)).toEqual(broken.value);
    expect(letter!.headers).toMatchObject({
      a: 'b',
      'dead-letter-reason': 'undecodable',
      'dead-letter-topic': FINGERPRINTED,
      'dead-letter-offset': '1',
    });
  });

  it('counts a dead letter as rejected, once, and as what it is when it is replayed and can be read', async () => {
    const bench = await createDedupBench();
    await start(bench);
    const good = crash(1);
    const broken = { ...good, value: Buffer.from('{"version":1') };
    await bench.log.writer.append(FINGERPRINTED, [broken, crash(2)]);
    await settled(bench, 2);
    expect((await bench.store.counts(null)).transcripts).toEqual({ 'rejected:dead-lettered': 1, read: 1 });
    await bench.log.writer.append(FINGERPRINTED, [broken]);
    await until(() => bench.log.recordsOf(TOPICS.fingerprintedDeadLetter.name).length === 2);
    const [letter] = bench.log.recordsOf(TOPICS.fingerprintedDeadLetter.name);
    await bench.log.writer.append(FINGERPRINTED, [{ ...letter!, value: good.value }]);
    await until(async () => (await bench.store.counts(null)).transcripts['read'] === 2);
    expect(await bench.store.counts(null)).toMatchObject({ transcripts: { read: 2 }, redelivered: 0 });
    expect((await bench.store.recount(null)).counts).toEqual(await bench.store.counts(null));
    expect([...bench.store.rows.transcripts.values()].map(({ seen }) => seen)).toEqual([1, 1]);
  });

  it('counts dead letters that say nothing of themselves, of both topics, and the same ones once', async () => {
    const bench = await createDedupBench();
    await start(bench);
    const mute: NewRecord = { key: 'default/host-1', value: Buffer.from('?'), headers: {} };
    const newer = rejectedRecord(sampleReceipt(3, { rejected: 'undecodable' }), {
      'reject-reason': 'of-tomorrow',
    });
    await bench.log.writer.append(FINGERPRINTED, [mute, mute]);
    await bench.log.writer.append(REJECTED, [newer, newer]);
    await settled(bench, 3);
    await until(() => bench.log.recordsOf(TOPICS.fingerprintedDeadLetter.name).length === 4);
    expect((await bench.store.counts(null)).transcripts).toEqual({ 'rejected:dead-lettered': 3 });
  });

  it('keeps publications while the log is away, says so, and hands them on later', async () => {
    const bench = await createDedupBench();
    let away = true;
    const writer: DedupBench['deps']['writer'] = {
      append: (topic, records) =>
        away && topic === CHANGED
          ? Promise.reject(new RetryableError('log-unavailable', 'no leader'))
          : bench.log.writer.append(topic, records),
      close: () => Promise.resolve(),
    };
    bench.store.rows.endpoints.push({ tenant: 'default', id: 'pager' });
    const service = await start(bench, { writer });
    await bench.log.writer.append(FINGERPRINTED, [crash(1)]);
    await until(() => !service.health().ready);
    expect(service.health().checks['outbox']).toEqual({ ok: false, detail: 'log-unavailable: no leader' });
    await until(async () => (await bench.jobs.depth()).waiting === 1);
    away = false;
    await until(() => bench.log.recordsOf(CHANGED).length === 1);
    await until(() => service.health().ready);
  });

  it('hands a backlog on in pieces no larger than its limit, without waiting between them', async () => {
    const bench = await createDedupBench();
    const sizes: number[] = [];
    const writer: DedupBench['deps']['writer'] = {
      append: (topic, records) => {
        sizes.push(records.length);
        return bench.log.writer.append(topic, records);
      },
      close: () => Promise.resolve(),
    };
    const config = { ...bench.deps.config, relayBatchRows: 2, relayIntervalMs: 3_600_000 };
    await bench.log.writer.append(
      FINGERPRINTED,
      ['a', 'b', 'c', 'd', 'e'].map((bug, n) => crash(n, bug)),
    );
    await start(bench, { writer, config });
    await until(() => bench.log.recordsOf(CHANGED).length === 5);
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('is not ready when the log tells of no progress', async () => {
    const bench = await createDedupBench();
    let aheadMs = 0;
    const clock = { nowMs: () => Date.now() + aheadMs };
    const quiet = {
      ...({ state: 'running', assignedPartitions: 1, offsetResets: 0, lastError: null } as const),
      lastProgressAtMs: clock.nowMs(),
    };
    const reader: DedupBench['deps']['reader'] = {
      subscribe: () =>
        Promise.resolve({
          health: () => quiet,
          done: new Promise<void>(() => undefined),
          close: () => Promise.resolve(),
        }),
    };
    const service = await start(bench, { clock, reader });
    expect(service.health().ready).toBe(true);
    aheadMs = 60_001;
    expect(service.health().ready).toBe(false);
    expect(service.health().checks['log']!.detail).toContain('stuck');
  });

  it('fails when handing on can never work', async () => {
    const bench = await createDedupBench();
    const broken = new FatalError('record-too-large', 'too large');
    const writer = { append: () => Promise.reject(broken), close: () => Promise.resolve() };
    const service = await start(bench, { writer });
    await bench.log.writer.append(FINGERPRINTED, [crash(1)]);
    await expect(service.failed).rejects.toBe(broken);
  });

  it('settles a batch once that was committed without anybody hearing of it', async () => {
    const bench = await createDedupBench();
    let silent = 2;
    const incidents: DedupBench['deps']['stores']['incidents'] = {
      openBatch: async (receipts, options) => {
        const batch = await bench.store.openBatch(receipts, options);
        const commit: typeof batch.commit = async (plan, outbox) => {
          await batch.commit(plan, outbox);
          silent -= 1;
          if (silent >= 0) throw new RetryableError('store-unavailable', 'connection lost');
        };
        return { ...batch, commit };
      },
    };
    await start(bench, { stores: { ...bench.deps.stores, incidents } });
    await bench.log.writer.append(FINGERPRINTED, [crash(1), crash(2)]);
    await until(() => bench.counts.get('oopstream_stage_records{dedup,drop,redelivered}') === 2);
    expect([...bench.store.rows.incidents.values()]).toMatchObject([{ crashes: 2 }]);
  });
});

it('ids are UUIDs of version 7 that follow time', () => {
  let nowMs = Date.UTC(2026, 0, 1);
  const newId = createUuidSource({ nowMs: () => (nowMs += 1) });
  const ids = Array.from({ length: 50 }, newId);
  expect(ids.toSorted()).toEqual(ids);
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
