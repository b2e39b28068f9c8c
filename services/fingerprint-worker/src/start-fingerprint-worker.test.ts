import { ANALYSIS_VERSION } from '@oopstream/core-forensics';
import { GROUPS, TOPICS, rejectedHeadersSchema } from '@oopstream/contracts';
import { FatalError, RetryableError } from '@oopstream/ports';
import type { LogRecord, NewRecord, SubscribeOptions } from '@oopstream/ports';
import type { RunningService } from '@oopstream/runtime';
import { until } from '@oopstream/testkit';
import { startFingerprintWorker } from './start-fingerprint-worker';
import { OOPS, createWorkerBench, keyOf, receivedRecord, repeatedly } from './worker-bench';
import type { WorkerBench } from './worker-bench';

const QUIET = Buffer.from('[    0.000000] Linux version 6.1.0-13-amd64\n');
const RECEIVED = TOPICS.transcriptReceived.name;

describe('fingerprint worker', () => {
  let bench: WorkerBench;
  let worker: RunningService | undefined;
  const start = async (settings: Readonly<Record<string, string>> = {}) => {
    bench = await createWorkerBench(settings);
    worker = await startFingerprintWorker(bench.deps);
  };
  /** Appends, and waits until each record came out as one record. */
  const work = async (...records: readonly NewRecord[]) => {
    const before = bench.fingerprinted().length + bench.rejected().length;
    await bench.append(...records);
    await until(() => bench.fingerprinted().length + bench.rejected().length >= before + records.length);
  };
  afterEach(() => worker?.stop());

  it('archives the body, reads and signs it, and passes on what the receipt says', async () => {
    await start();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const bundleId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
    const record = receivedRecord(OOPS, { traceparent, bundleId });
    await work(record);
    const [message] = bench.fingerprinted();
    expect(message).toMatchObject({
      version: 1,
      receiptId: record.headers['receipt-id'],
      source: { partition: bench.log.recordsOf(RECEIVED)[0]!.partition, offset: 0 },
      tenant: 'default',
      transcriptId: record.headers['transcript-id'],
      bundleId,
      hostId: 'web-1',
      context: { host: 'web-1' },
      processedAtMs: bench.deps.clock.nowMs(),
      sha256: record.headers['sha256'],
      sizeBytes: OOPS.byteLength,
      omittedReadings: 0,
      traceparent,
    });
    expect(message!.readings).toHaveLength(1);
    expect(message!.readings[0]!.signature).toMatchObject({
      title: expect.stringMatching(/^rtx_memcpy\+27 \[rtx\] page_fault/) as string,
      groupKey: expect.stringMatching(/^v\d+:[0-9a-f]{32}$/) as string,
      blamed: 'rtx_memcpy',
    });
    const [sent] = bench.log.recordsOf(TOPICS.transcriptFingerprinted.name);
    expect(sent!.key).toBe('default/web-1');
    expect(sent!.headers['traceparent']).toBe(traceparent);
    expect(Buffer.compare((await bench.blobs.get(keyOf(OOPS))) ?? Buffer.alloc(0), OOPS)).toBe(0);
  });

  it('analyses what it reads, and says how much of it', async () => {
    await start({ maxAnalysedReadings: '2' });
    await work(receivedRecord(repeatedly(OOPS, 3)), receivedRecord(QUIET));
    const analyses = bench.fingerprinted()[0]!.readings.map(({ analysis }) => analysis);
    expect(analyses).toEqual([
      expect.objectContaining({ version: ANALYSIS_VERSION }),
      expect.objectContaining({ version: ANALYSIS_VERSION }),
      null,
    ]);
    const count = (name: string) => bench.counts.get(`oopstream_${name}`);
    expect(count('readings_analysed{analysed}')).toBe(2);
    expect(count('readings_analysed{over-limit}')).toBe(1);
    for (const part of ['reading', 'analysis', 'signing'])
      expect(count(`fingerprint_part_seconds{${part}}`)).toBeGreaterThan(0);
  });

  it('counts a crash whose evidence cannot be analysed all the same', async () => {
    bench = await createWorkerBench();
    const disassemble = () => {
      throw new Error('a bug');
    };
    worker = await startFingerprintWorker({ ...bench.deps, disassemble });
    const code = '[   81.336545] Code: 00 00 <48> 8b 5c 05 00 48 89 c2\n';
    const oops = OOPS.toString().replace(/(?=^.*RSP: )/m, code);
    await work(receivedRecord(Buffer.from(oops)));
    expect(bench.fingerprinted()[0]!.readings).toMatchObject([{ analysis: null }]);
    expect(bench.counts.get('oopstream_readings_analysed{failed}')).toBe(1);
  });

  it('dates a crash by the clock of its boot, unless the sender knows when it happened', async () => {
    await start();
    const clock =
      '[    1.336491] rtc_cmos 00:04: setting system clock to 2026-03-04T05:06:07 UTC (1772600767)\n';
    const dated = Buffer.concat([Buffer.from(clock), OOPS]);
    await work(
      receivedRecord(dated),
      receivedRecord(dated, { context: { occurredAt: '2026-03-04T07:00:00Z' } }),
    );
    const times = bench.fingerprinted().map(({ readings }) => readings[0]!.reading.occurredAtMs);
    expect(times).toEqual([Date.UTC(2026, 2, 4, 5, 6, 7) + 80_000, null]);
  });

  it('loses nothing of a reading on the wire', async () => {
    await start();
    await work(receivedRecord(OOPS));
    const [sent] = bench.log.recordsOf(TOPICS.transcriptFingerprinted.name);
    expect(JSON.parse(Buffer.from(sent!.value).toString())).toEqual(bench.fingerprinted()[0]);
  });

  it('sends a message also for a text without a crash, and for an empty one', async () => {
    await start();
    await work(receivedRecord(QUIET), receivedRecord(Buffer.alloc(0)));
    expect(bench.fingerprinted().map((message) => [message.readings.length, message.sizeBytes])).toEqual([
      [0, QUIET.byteLength],
      [0, 0],
    ]);
  });

  it('fetches a body by reference, and does not archive it again', async () => {
    await start();
    await bench.blobs.put(keyOf(OOPS), OOPS);
    await work(receivedRecord(OOPS, { blob: keyOf(OOPS), value: new Uint8Array() }));
    expect(bench.fingerprinted()[0]!.readings).toHaveLength(1);
  });

  it('keeps the order of one host over slices of bodies', async () => {
    await start({ maxFetchedBytes: '1024' });
    const bodies = Array.from({ length: 6 }, (_, index) => Buffer.from(`${index}`.repeat(700)));
    for (const body of bodies) await bench.blobs.put(keyOf(body), body);
    await work(...bodies.map((body) => receivedRecord(body, { blob: keyOf(body), value: new Uint8Array() })));
    expect(bench.fingerprinted().map((message) => message.source.offset)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  describe('rejects, and goes on with the rest,', () => {
    const tampered = receivedRecord(OOPS, { value: Buffer.from('other') });
    const sameLength = receivedRecord(OOPS, { value: Buffer.alloc(OOPS.byteLength) });
    const missing = receivedRecord(QUIET, { blob: keyOf(QUIET), value: new Uint8Array() });
    const foreign = receivedRecord(OOPS, { blob: keyOf(QUIET), value: new Uint8Array() });
    const headless: NewRecord = { key: 'k', value: OOPS, headers: { tenant: 'default' } };
    it.each([
      ['other bytes', tampered, 'checksum-mismatch'],
      ['other bytes of the same length', sameLength, 'checksum-mismatch'],
      ['a body that is gone', missing, 'blob-missing'],
      ['a reference to another body', foreign, 'undecodable'],
      ['no headers', headless, 'undecodable'],
    ])('%s: the record as it came, and why', async (_what, bad, reason) => {
      await start();
      const good = receivedRecord(QUIET);
      await work(bad, good);
      const [rejected] = bench.rejected();
      const source = bench.log
        .recordsOf(RECEIVED)
        .find((one) => one.key === bad.key && one.offset === 0) as LogRecord;
      const { headers } = rejected!;
      expect(rejected!.key).toBe(bad.key);
      expect(Buffer.compare(rejected!.value, bad.value)).toBe(0);
      expect(headers).toMatchObject(bad.headers);
      expect(rejectedHeadersSchema.parse(headers)).toMatchObject({
        'reject-reason': reason,
        'reject-source-partition': String(source.partition),
        'reject-source-offset': String(source.offset),
        'reject-at-ms': String(bench.deps.clock.nowMs()),
      });
      expect(bench.fingerprinted().map((message) => message.receiptId)).toEqual([good.headers['receipt-id']]);
    });

    it('a blob that lies spoiled', async () => {
      await start();
      await bench.blobs.put(keyOf(OOPS), OOPS);
      bench.blobs.blobs.get(keyOf(OOPS))![7]! ^= 0xff;
      await work(receivedRecord(OOPS, { blob: keyOf(OOPS), value: new Uint8Array() }));
      expect(bench.rejected()[0]!.headers['reject-reason']).toBe('checksum-mismatch');
    });
  });

  it('gives the same again when a batch is delivered again', async () => {
    await start();
    const records = [
      receivedRecord(OOPS),
      receivedRecord(OOPS, { value: Buffer.from('x') }),
      receivedRecord(QUIET),
    ];
    await work(...records);
    await worker?.stop();
    const values = (topic: string) =>
      bench.log.recordsOf(topic).map(({ key, value, headers }) => ({ key, value, headers }));
    const first = {
      sent: values(TOPICS.transcriptFingerprinted.name),
      rejected: values(TOPICS.transcriptRejected.name),
    };
    await bench.log.admin.seek(GROUPS.fingerprintWorker, RECEIVED, { offset: 0 });
    worker = await startFingerprintWorker(bench.deps);
    await until(() => bench.fingerprinted().length + bench.rejected().length === 6);
    expect(values(TOPICS.transcriptFingerprinted.name)).toEqual([...first.sent, ...first.sent]);
    expect(values(TOPICS.transcriptRejected.name)).toEqual([...first.rejected, ...first.rejected]);
    expect(bench.blobs.blobs.size).toBe(2);
  });

  it('waits for a store that is away, says so, and loses nothing', async () => {
    await start();
    bench.blobs.failure = new RetryableError('blob-unavailable', 'away');
    await bench.append(receivedRecord(OOPS));
    await until(() => worker?.health().checks['transcripts']?.detail.includes('recovering'));
    expect(worker?.health().ready).toBe(false);
    expect(bench.fingerprinted()).toEqual([]);
    bench.blobs.failure = null;
    await until(() => bench.fingerprinted().length === 1);
    await until(() => worker?.health().ready);
  });

  it('fails for everybody to see when going on cannot help', async () => {
    await start();
    bench.blobs.failure = new FatalError('blob-key-invalid', 'a bug');
    await bench.append(receivedRecord(OOPS));
    await expect(worker?.failed).rejects.toThrow('a bug');
    expect(worker?.health()).toMatchObject({ ready: false });
  });

  it('trims a message that would be too large, and counts what it left out', async () => {
    await start({ maxMessageBytes: '65536', maxReadings: '200' });
    await work(receivedRecord(repeatedly(OOPS, 100)));
    const [message] = bench.fingerprinted();
    expect(bench.log.recordsOf(TOPICS.transcriptFingerprinted.name)[0]!.value.byteLength).toBeLessThanOrEqual(
      65_536,
    );
    expect(message!.readings.length).toBeGreaterThan(0);
    expect(message!.omittedReadings).toBeGreaterThan(0);
  });

  describe('keeps to its limits:', () => {
    it('asks the log for batches of its settings', async () => {
      bench = await createWorkerBench({ maxBatchRecords: '7', maxBatchBytes: '2048' });
      const asked: SubscribeOptions[] = [];
      const reader = {
        subscribe: (options: SubscribeOptions) => {
          asked.push(options);
          return bench.log.reader.subscribe(options);
        },
      };
      worker = await startFingerprintWorker({ ...bench.deps, reader });
      expect(asked).toMatchObject([
        { group: GROUPS.fingerprintWorker, topics: [RECEIVED], maxBatchRecords: 7, maxBatchBytes: 2048 },
      ]);
    });

    it('readings, frames, bytes of a line', async () => {
      await start({ maxReadings: '1', maxFrames: '8', maxLineBytes: '256' });
      const deep = OOPS.toString().replace('  rtx_open', `${'  deep_call+0x1/0x2\n'.repeat(20)}  rtx_open`);
      await work(receivedRecord(repeatedly(Buffer.from(deep), 3)));
      expect(bench.fingerprinted()[0]!.readings).toHaveLength(1);
      expect(bench.fingerprinted()[0]!.omittedReadings).toBeGreaterThan(0);
      expect(bench.fingerprinted()[0]!.readings[0]!.reading.frames).toHaveLength(8);
      const longLine = `${' '.repeat(300)}${OOPS.toString().replaceAll('\n', ' ')}`;
      await work(receivedRecord(Buffer.from(longLine)));
      expect(bench.fingerprinted()[1]!.readings).toEqual([]);
    });

    it('operations of the blob store at once, and each body once', async () => {
      await start({ blobConcurrency: '2' });
      const put = bench.blobs.put.bind(bench.blobs);
      let running = 0;
      let most = 0;
      let puts = 0;
      bench.blobs.put = async (key, bytes) => {
        puts += 1;
        most = Math.max(most, (running += 1));
        await put(key, bytes);
        running -= 1;
      };
      const bodies = Array.from({ length: 10 }, (_, index) => Buffer.from(`text ${index % 5}`));
      await work(...bodies.map((body) => receivedRecord(body)));
      expect([most, puts]).toEqual([2, 5]);
    });
  });
});
