import { hash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { TOPICS, acceptedSchema } from '@oopstream/contracts';
import { createCollectorBench, encodeForm, post as send } from './collector-bench';
import type { CollectorBench, PostOptions } from './collector-bench';

const OOPS = Buffer.concat([
  Buffer.from('[   12.345678] BUG: unable to handle page fault for address: ffff8881\n'.repeat(40)),
  Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x0d, 0x0a]),
]);
const MACHINE_ID = '0123456789abcdef0123456789abcdef';
const encodeContext = (context: object) => Buffer.from(JSON.stringify(context)).toString('base64url');

let bench: CollectorBench;
const setUp = (settings: Readonly<Record<string, string>> = {}) => {
  bench = createCollectorBench(settings);
};
const post = (options: PostOptions) => send(bench, options);

beforeEach(() => setUp());
afterEach(() => bench.stop());

describe('POST /v1/transcripts with one text', () => {
  it.each([
    ['as text', OOPS, { 'content-type': 'text/plain; charset=utf-8' }],
    ['as bytes', OOPS, { 'content-type': 'application/octet-stream' }],
    ['of no type', OOPS, {}],
    ['of coding identity', OOPS, { 'content-encoding': 'identity' }],
    ['in gzip', gzipSync(OOPS), { 'content-encoding': 'gzip' }],
    ['in zstd', zstdCompressSync(OOPS), { 'content-encoding': 'zstd' }],
    [
      'in two gzip members',
      Buffer.concat([gzipSync(OOPS.subarray(0, 99)), gzipSync(OOPS.subarray(99))]),
      { 'content-encoding': 'x-gzip' },
    ],
  ])('keeps every byte of a body %s', async (_what, payload, headers) => {
    const answer = await post({ payload, headers: { ...headers } });
    expect(answer.status).toBe(202);
    const [one] = bench.records();
    expect(Buffer.compare(one!.record.value, OOPS)).toBe(0);
    expect(one!.record.key).toBe('default/web-1');
    expect(one!.receipt).toEqual({
      receiptId: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/) as string,
      tenant: 'default',
      transcriptId: acceptedSchema.parse(answer.body).transcripts[0]!.id,
      bundleId: null,
      hostId: 'web-1',
      receivedAtMs: bench.clock.nowMs(),
      sha256: hash('sha256', OOPS),
      sizeBytes: OOPS.length,
      context: { host: 'web-1' },
      blob: null,
      traceparent: null,
    });
    expect(acceptedSchema.strict().parse(answer.body)).toEqual({
      host: 'web-1',
      bundle: null,
      transcripts: [
        {
          id: one!.receipt.transcriptId,
          sizeBytes: OOPS.length,
          sha256: hash('sha256', OOPS),
          fileName: null,
        },
      ],
    });
  });

  it('answers only after the log has confirmed', async () => {
    let confirm: () => void = () => undefined;
    const appended = new Promise<void>((reached) => {
      bench.append = () => {
        reached();
        return new Promise((resolve) => (confirm = resolve));
      };
    });
    let answered = false;
    const answer = post({ payload: OOPS }).finally(() => (answered = true));
    await appended;
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    confirm();
    expect((await answer).status).toBe(202);
  });

  it('takes context from the header, and the sender’s trace along', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const context = { machineId: MACHINE_ID, kernelRelease: '6.1.0-13-amd64', labels: { rack: 'b4' } };
    const headers = { traceparent, 'oopstream-context': encodeContext(context) };
    await post({ payload: OOPS, headers });
    const [one] = bench.records();
    expect(one!.receipt.context).toEqual({ ...context, host: 'web-1' });
    expect(one!.receipt.hostId).toBe(MACHINE_ID);
    expect(one!.receipt.traceparent).toBe(traceparent);
  });

  it('sends a large body by reference, with an empty value', async () => {
    setUp({ inlineBytes: '1024' });
    await post({ payload: OOPS.subarray(0, 1024) });
    await post({ payload: OOPS });
    const [small, large] = bench.records();
    expect(small!.receipt.blob).toBeNull();
    expect(large!.record.value).toHaveLength(0);
    expect(large!.receipt.blob).toBe(`default/${hash('sha256', OOPS)}`);
    expect(Buffer.compare((await bench.blobs.get(large!.receipt.blob!)) ?? Buffer.alloc(0), OOPS)).toBe(0);
    expect(bench.blobs.blobs.size).toBe(1);
  });

  it('never makes a record that its topic would refuse', async () => {
    setUp({ inlineBytes: '900000' });
    const labels = Object.fromEntries(
      Array.from({ length: 32 }, (_, index) => [`l${index}`, 'é'.repeat(100)]),
    );
    const headers = { 'oopstream-context': encodeContext({ labels }) };
    const payload = Buffer.alloc(900_000, 'x');
    expect((await post({ payload, headers })).status).toBe(202);
    expect(bench.records()[0]!.record.value).toHaveLength(900_000);
    expect(TOPICS.transcriptReceived.maxRecordBytes).toBe(1_000_000);
  });
});

describe('POST /v1/transcripts with several texts', () => {
  it('gives a POST that is sent again the same bundle, so that texts that got through apart are one crash', async () => {
    const send = async (texts: readonly string[], headers: Readonly<Record<string, string>> = {}) => {
      const { payload, contentType } = await encodeForm(texts.map((bytes) => ({ name: 'text', bytes })));
      const answer = await post({ payload, headers: { 'content-type': contentType, ...headers } });
      return acceptedSchema.parse(answer.body).bundle;
    };
    const first = await send(['Oops', 'crash> bt']);
    expect(first).toMatch(/^[0-9A-F]{26}$/);
    expect(await send(['Oops', 'crash> bt'])).toBe(first);
    const keyed = await send(['Oops', 'crash> bt'], { 'idempotency-key': 'k' });
    expect(await send(['Oops', 'crash> bt'], { 'idempotency-key': 'k' })).toBe(keyed);
    const others = [keyed, await send(['Oops', 'crash> ps']), await send(['crash> bt', 'Oops'])];
    expect(new Set([first, ...others]).size).toBe(4);
  });

  it('makes a transcript of each, in one bundle, appended together, the JSON part as context', async () => {
    const calls: number[] = [];
    const append = bench.deps.log.append.bind(bench.deps.log);
    bench.append = null;
    Object.assign(bench.deps.log, {
      append: (topic: string, records: Parameters<typeof append>[1]) => {
        calls.push(records.length);
        return append(topic, records);
      },
    });
    const { payload, contentType } = await encodeForm([
      { name: 'dmesg', bytes: OOPS, fileName: 'vmcore-dmesg.txt' },
      {
        name: 'context',
        bytes: '{"host":"DB-7.example","bootId":"0b8e2d5a-3f4c-4a57-9f0e-6f6a5a4b3c2d"}',
        type: 'application/json',
      },
      {
        name: 'crash',
        bytes: 'crash> bt\n',
        fileName: 'crash session.txt',
        type: 'application/octet-stream',
      },
    ]);
    const headers = { 'content-type': contentType };
    const answer = await post({ query: '', payload, headers });
    const accepted = acceptedSchema.parse(answer.body);
    const [dmesg, crash] = bench.records();
    expect(calls).toEqual([2]);
    expect(accepted.host).toBe('db-7.example');
    expect(accepted.bundle).toBe(dmesg!.receipt.bundleId);
    expect(crash!.receipt.bundleId).toBe(dmesg!.receipt.bundleId);
    expect(crash!.receipt.receiptId > dmesg!.receipt.receiptId).toBe(true);
    expect(accepted.transcripts.map((one) => [one.id, one.fileName])).toEqual([
      [dmesg!.receipt.transcriptId, 'vmcore-dmesg.txt'],
      [crash!.receipt.transcriptId, 'crash session.txt'],
    ]);
    expect(Buffer.compare(dmesg!.record.value, OOPS)).toBe(0);
    const shared = { host: 'DB-7.example', bootId: '0b8e2d5a-3f4c-4a57-9f0e-6f6a5a4b3c2d' };
    expect(dmesg!.receipt.context).toEqual({ ...shared, source: 'dmesg', fileName: 'vmcore-dmesg.txt' });
    expect(crash!.receipt.context).toEqual({ ...shared, source: 'crash', fileName: 'crash session.txt' });
  });

  it('takes a multipart body compressed as a whole, and parts compressed by themselves', async () => {
    const { payload, contentType } = await encodeForm([
      { name: 'a', bytes: new Uint8Array(gzipSync(OOPS)), type: 'application/gzip' },
      { name: 'b', bytes: new Uint8Array(zstdCompressSync(OOPS)), type: 'application/zstd' },
      { name: 'c', bytes: 'plain' },
    ]);
    const headers = { 'content-type': contentType, 'content-encoding': 'zstd' };
    await post({ payload: zstdCompressSync(payload), headers });
    expect(bench.records().map(({ record }) => Buffer.from(record.value).toString('latin1'))).toEqual([
      OOPS.toString('latin1'),
      OOPS.toString('latin1'),
      'plain',
    ]);
  });

  it('lets the part win over the header, field by field', async () => {
    const { payload, contentType } = await encodeForm([
      { name: 'dmesg', bytes: OOPS },
      { name: 'context', bytes: '{"model":"of the part"}', type: 'application/json' },
    ]);
    const context = encodeContext({ model: 'of the header', kernelRelease: '6.1', source: 'pstore' });
    const headers = { 'content-type': contentType, 'oopstream-context': context };
    await post({ payload, headers });
    expect(bench.records()[0]!.receipt).toMatchObject({
      bundleId: null,
      context: { model: 'of the part', kernelRelease: '6.1', source: 'pstore', host: 'web-1' },
    });
  });

  it('takes an empty text beside one that is not: a transcript without a crash', async () => {
    const { payload, contentType } = await encodeForm([
      { name: 'dmesg', bytes: '' },
      { name: 'crash', bytes: 'x' },
    ]);
    expect((await post({ payload, headers: { 'content-type': contentType } })).status).toBe(202);
    expect(bench.records().map(({ receipt }) => receipt.sizeBytes)).toEqual([0, 1]);
  });
});

describe('identity of a transcript', () => {
  const idsOf = async (options: PostOptions): Promise<readonly string[]> =>
    acceptedSchema.parse((await post(options)).body).transcripts.map((one) => one.id);

  it('is the same for a second send, at another time; each send has its own receipt', async () => {
    const first = await idsOf({ payload: OOPS });
    bench.clock.advance(86_400_000);
    const second = await idsOf({
      payload: gzipSync(OOPS),
      headers: { 'content-encoding': 'gzip' },
    });
    expect(second).toEqual(first);
    const [one, two] = bench.records();
    expect(two!.receipt.receiptId > one!.receipt.receiptId).toBe(true);
  });

  it('is the one it has always been', async () => {
    expect(await idsOf({ payload: 'Oops' })).toEqual([GOLDEN.bytes]);
    const headers = { 'idempotency-key': 'boot-17' };
    expect(await idsOf({ payload: 'Oops', headers })).toEqual([GOLDEN.key]);
  });

  it('differs by tenant, host, bytes and key', async () => {
    const ids = [
      await idsOf({ payload: 'Oops' }),
      await idsOf({ payload: 'Oops', headers: { authorization: bench.authorize({ tenant: 'other' }) } }),
      await idsOf({ payload: 'Oops', query: '?host=web-2' }),
      await idsOf({ payload: 'Oops!' }),
      await idsOf({ payload: 'Oops', headers: { 'idempotency-key': 'a' } }),
      await idsOf({ payload: 'Oops', headers: { 'idempotency-key': 'b' } }),
    ].flat();
    expect(new Set(ids).size).toBe(6);
  });

  it('counts the parts under one key, and refuses the key for any other set of texts', async () => {
    const sendTexts = async (...texts: readonly string[]) => {
      const { payload, contentType } = await encodeForm(texts.map((bytes) => ({ name: 'text', bytes })));
      const headers = { 'content-type': contentType, 'idempotency-key': 'k' };
      return post({ payload, headers });
    };
    const first = acceptedSchema
      .parse((await sendTexts('same', 'same')).body)
      .transcripts.map((one) => one.id);
    expect(new Set(first).size).toBe(2);
    expect(
      acceptedSchema.parse((await sendTexts('same', 'same')).body).transcripts.map((one) => one.id),
    ).toEqual(first);
    for (const others of [['same', 'other'], ['same'], ['same', 'same', 'same']])
      expect((await sendTexts(...others)).reason).toBe('idempotency-key-reused');
  });
});

/** Recorded once: another value would make every transcript already sent a new one. */
const GOLDEN = {
  bytes: '19ac0c8922a6de056e487f8234386328',
  key: 'f10e9e19c6460841cecb0efca3f5e30e',
};
