import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PROBLEMS } from '@oopstream/contracts';
import type { ProblemSlug } from '@oopstream/contracts';
import { FatalError, RetryableError } from '@oopstream/ports';
import { mintToken, variableName } from '@oopstream/runtime';
import { createCollectorBench, encodeForm, post, readAnswer, sendRaw } from './collector-bench';
import type { CollectorBench, FormPart, PostOptions } from './collector-bench';
import { collectorConfigSchema } from './config';

type Settings = Readonly<Record<string, string>>;
interface Case {
  readonly what: string;
  readonly slug: ProblemSlug;
  readonly settings?: Settings;
  readonly arrange?: (bench: CollectorBench) => void;
  readonly options: (bench: CollectorBench) => PostOptions | Promise<PostOptions>;
}

const MACHINE_ID = '0123456789abcdef0123456789abcdef';
const text = (headers: Settings, query = '?host=web-1'): PostOptions => ({ payload: 'Oops', headers, query });
const contextHeader = (json: string) => ({ 'oopstream-context': Buffer.from(json).toString('base64url') });
const form = async (...parts: readonly FormPart[]): Promise<PostOptions> => {
  const { payload, contentType } = await encodeForm(parts);
  return { payload, headers: { 'content-type': contentType } };
};
const json = (bytes: string): FormPart => ({ name: 'context', bytes, type: 'application/json' });
const TEXT_PART: FormPart = { name: 'dmesg', bytes: 'Oops' };
const storeAway = new RetryableError('store-unavailable', 'away', { retryAfterMs: 12_000 });

const CASES: readonly Case[] = [
  { what: 'another scheme', slug: 'token-missing', options: () => text({ authorization: 'Basic YTpi' }) },
  {
    what: 'a token never given',
    slug: 'token-unknown',
    options: () => text({ authorization: `Bearer ${mintToken().token}` }),
  },
  {
    what: 'a token for reading',
    slug: 'scope-missing',
    options: (bench) => text({ authorization: bench.authorize({ scopes: ['read', 'raw', 'admin'] }) }),
  },
  { what: 'no host', slug: 'host-missing', options: () => text({}, '') },
  { what: 'an empty host', slug: 'host-missing', options: () => text({}, '?host=') },
  { what: 'a host that is none', slug: 'host-invalid', options: () => text({}, '?host=a/b') },
  { what: 'two hosts', slug: 'host-invalid', options: () => text({}, '?host=a&host=b') },
  { what: 'a long host', slug: 'host-invalid', options: () => text({}, `?host=${'h'.repeat(254)}`) },
  {
    what: 'a machine-id that is none',
    slug: 'host-invalid',
    options: () => text(contextHeader('{"machineId":"uninitialized"}')),
  },
  {
    what: 'another host than the token’s',
    slug: 'host-mismatch',
    options: (bench) => text({ authorization: bench.authorize({ boundHost: 'web-2' }) }),
  },
  {
    what: 'another machine than the token’s',
    slug: 'host-mismatch',
    options: (bench) => ({
      payload: 'Oops',
      headers: {
        authorization: bench.authorize({ boundHost: 'f'.repeat(32) }),
        ...contextHeader(`{"machineId":"${MACHINE_ID}"}`),
      },
    }),
  },
  { what: 'no bytes', slug: 'body-empty', options: () => ({ payload: '' }) },
  {
    what: 'gzip of nothing',
    slug: 'body-empty',
    options: () => ({ payload: gzipSync(''), headers: { 'content-encoding': 'gzip' } }),
  },
  { what: 'only empty parts', slug: 'body-empty', options: () => form({ name: 'a', bytes: '' }) },
  {
    what: 'a body above the limit',
    slug: 'body-too-large',
    settings: { maxBodyBytes: '1024' },
    options: () => ({ payload: 'x'.repeat(1025) }),
  },
  {
    what: 'a text above the limit once decompressed',
    slug: 'body-inflates-too-large',
    settings: { maxTranscriptBytes: '1024' },
    options: () => ({ payload: gzipSync('x'.repeat(1025)), headers: { 'content-encoding': 'gzip' } }),
  },
  { what: 'brotli', slug: 'encoding-unsupported', options: () => text({ 'content-encoding': 'br' }) },
  {
    what: 'two codings',
    slug: 'encoding-unsupported',
    options: () => text({ 'content-encoding': 'gzip, zstd' }),
  },
  ...['gzip', 'zstd'].map((coding) => ({
    what: `no ${coding}`,
    slug: 'encoding-broken' as const,
    options: () => text({ 'content-encoding': coding }),
  })),
  {
    what: 'half of a gzip stream',
    slug: 'encoding-broken',
    options: () => ({
      payload: gzipSync('Oops'.repeat(100)).subarray(0, 20),
      headers: { 'content-encoding': 'gzip' },
    }),
  },
  {
    what: 'JSON',
    slug: 'media-type-unsupported',
    options: () => text({ 'content-type': 'application/json' }),
  },
  {
    what: 'what curl says by itself',
    slug: 'media-type-unsupported',
    options: () => text({ 'content-type': 'application/x-www-form-urlencoded' }),
  },
  {
    what: 'a Content-Type that is none',
    slug: 'media-type-unsupported',
    options: () => text({ 'content-type': 'text' }),
  },
  {
    what: 'multipart without a boundary',
    slug: 'multipart-broken',
    options: () => text({ 'content-type': 'multipart/form-data' }),
  },
  {
    what: 'multipart cut short',
    slug: 'multipart-broken',
    options: async () => {
      const { payload, headers } = await form(TEXT_PART);
      return { payload: Buffer.from(payload).subarray(0, -8), headers: headers ?? {} };
    },
  },
  { what: 'only context', slug: 'multipart-no-transcript', options: () => form(json('{}')) },
  {
    what: 'more parts than may be',
    slug: 'parts-too-many',
    settings: { maxParts: '2' },
    options: () => form(TEXT_PART, TEXT_PART, json('{}')),
  },
  { what: 'context that is no JSON', slug: 'context-invalid', options: () => form(TEXT_PART, json('{')) },
  {
    what: 'context of an unknown field',
    slug: 'context-invalid',
    options: () => form(TEXT_PART, json('{"a":1}')),
  },
  { what: 'two contexts', slug: 'context-invalid', options: () => form(TEXT_PART, json('{}'), json('{}')) },
  {
    what: 'context above the limit',
    slug: 'context-invalid',
    settings: { maxContextBytes: '64' },
    options: () => form(TEXT_PART, json(JSON.stringify({ model: 'm'.repeat(60) }))),
  },
  {
    what: 'a context header of no base64url',
    slug: 'context-invalid',
    options: () => text({ 'oopstream-context': '{}' }),
  },
  {
    what: 'a long key',
    slug: 'idempotency-key-invalid',
    options: () => text({ 'idempotency-key': 'k'.repeat(256) }),
  },
  {
    what: 'a key of no ASCII',
    slug: 'idempotency-key-invalid',
    options: () => text({ 'idempotency-key': 'schlüssel' }),
  },
  {
    what: 'too many POSTs',
    slug: 'rate-limited',
    arrange: (bench) => (bench.rate = { allowed: false, retryAfterMs: 1_001 }),
    options: () => text({}),
  },
  {
    what: 'no memory for more',
    slug: 'overloaded',
    settings: { maxMemoryBytes: '1048576' },
    options: () => ({ payload: Buffer.alloc(1_048_577) }),
  },
  {
    what: 'no memory for what comes out',
    slug: 'overloaded',
    settings: { maxMemoryBytes: '1048576' },
    options: () => ({ payload: gzipSync(Buffer.alloc(2_000_000)), headers: { 'content-encoding': 'gzip' } }),
  },
  {
    what: 'a log that is away',
    slug: 'log-unavailable',
    arrange: (bench) => (bench.append = () => Promise.reject(new RetryableError('log-unavailable', 'away'))),
    options: () => text({}),
  },
  {
    what: 'a log that nobody has migrated yet',
    slug: 'log-unavailable',
    arrange: (bench) =>
      (bench.append = () => Promise.reject(new FatalError('unknown-topic', 'never migrated'))),
    options: () => text({}),
  },
  {
    what: 'a log that does not confirm',
    slug: 'log-unavailable',
    settings: { appendTimeoutMs: '20' },
    arrange: (bench) => (bench.append = () => new Promise(() => undefined)),
    options: () => text({}),
  },
  {
    what: 'a token store that is away',
    slug: 'store-unavailable',
    arrange: (bench) => (bench.storeFailure = storeAway),
    options: () => text({}),
  },
  {
    what: 'a blob store that is away',
    slug: 'store-unavailable',
    settings: { inlineBytes: '1024' },
    arrange: (bench) => (bench.blobs.failure = new RetryableError('blob-unavailable', 'away')),
    options: () => ({ payload: 'x'.repeat(1025) }),
  },
  {
    what: 'a bug of ours',
    slug: 'internal',
    arrange: (bench) => (bench.append = () => Promise.reject(new FatalError('record-too-large', 'bug'))),
    options: () => text({}),
  },
];

/** Refused in another way than by one POST; each has a test of its own below or in start-collector.test.ts. */
const ELSEWHERE: readonly ProblemSlug[] = [
  'idempotency-key-reused',
  'headers-too-large',
  'request-incomplete',
  'request-timeout',
  'request-invalid',
  'not-found',
  'method-not-allowed',
  'draining',
];

describe('refusals', () => {
  let bench: CollectorBench;
  afterEach(() => bench.stop());

  it.each(CASES)('$slug: $what', async ({ slug, settings, arrange, options }) => {
    bench = createCollectorBench(settings);
    arrange?.(bench);
    const answer = await post(bench, await options(bench));
    expect(answer).toMatchObject({ reason: slug, status: PROBLEMS[slug].status });
    expect(bench.counts.get(`oopstream_collector_requests{refused,${slug}}`)).toBe(1);
    expect(bench.counts.get('oopstream_collector_requests{accepted,none}')).toBeUndefined();
    expect(bench.records()).toEqual([]);
    expect(answer.headers.has('retry-after')).toBe([429, 503].includes(answer.status));
  });

  it('says how long to wait: what the store or the limiter asks, else the setting, in whole seconds', async () => {
    bench = createCollectorBench({ retryAfterMs: '7000' });
    const wait = async () => (await post(bench, text({}))).headers.get('retry-after');
    bench.rate = { allowed: false, retryAfterMs: 1_001 };
    expect(await wait()).toBe('2');
    bench.rate = { allowed: true };
    bench.append = () => Promise.reject(new RetryableError('log-unavailable', 'away'));
    expect(await wait()).toBe('7');
    bench.storeFailure = storeAway;
    bench.clock.advance(60_000);
    expect(await wait()).toBe('12');
  });

  it('says how to authenticate', async () => {
    bench = createCollectorBench();
    const { headers } = await post(bench, text({ authorization: '' }));
    expect(headers.get('www-authenticate')).toBe('Bearer realm="oopstream"');
  });

  it('tells a revoked token from a good one once its row is no longer remembered', async () => {
    bench = createCollectorBench();
    expect((await post(bench, text({}))).status).toBe(202);
    bench.revokeAll();
    bench.clock.advance(5_000);
    expect((await post(bench, text({}))).reason).toBe('token-unknown');
  });

  it('idempotency-key-reused: the same key with other bytes, and not with the same', async () => {
    bench = createCollectorBench();
    const send = (payload: string) => post(bench, { payload, headers: { 'idempotency-key': 'k' } });
    expect((await send('one')).status).toBe(202);
    expect(await send('two')).toMatchObject({ status: 422, reason: 'idempotency-key-reused' });
    expect((await send('one')).status).toBe(202);
    expect(bench.records()).toHaveLength(2);
  });

  it('not-found, method-not-allowed: for other paths and methods', async () => {
    bench = createCollectorBench();
    const { url } = await bench.serve();
    expect(await readAnswer(await fetch(`${url}/v1/transcript`))).toMatchObject({
      status: 404,
      reason: 'not-found',
    });
    const answer = await readAnswer(await fetch(`${url}/v1/transcripts`, { method: 'PUT', body: 'Oops' }));
    expect(answer).toMatchObject({ status: 405, reason: 'method-not-allowed' });
    expect(answer.headers.get('allow')).toBe('POST');
  });

  it('headers-too-large: by setting', async () => {
    bench = createCollectorBench({ maxHeaderBytes: '4096' });
    const fits = `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: ${'x'.repeat(3_900)}\r\n\r\n`;
    expect(await sendRaw(bench, fits)).toContain('"reason":"not-found"');
    const answer = await sendRaw(bench, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(5_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 [^]*"reason":"headers-too-large"/);
    expect(bench.counts.get('oopstream_collector_requests{refused,headers-too-large}')).toBe(1);
  });

  it('request-invalid: what is no HTTP', async () => {
    bench = createCollectorBench();
    expect(await sendRaw(bench, 'Call Trace:\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 [^]*"reason":"request-invalid"/,
    );
    expect(await sendRaw(bench, 'GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 [^]*"reason":"request-invalid"/,
    );
  });
});

describe('docs/ingest.md', () => {
  const page = readFileSync(join(__dirname, '../../../docs/ingest.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z-]+)` +\| (\d{3}) +\| (.+?) +\|/gm)].map(
    ([, slug = '', status, title]) => ({
      slug,
      status: Number(status),
      title,
    }),
  );

  it('lists every refusal with its status and title', () => {
    for (const { slug, status, title } of rows)
      expect({ [slug]: { status, title } }).toEqual({ [slug]: PROBLEMS[slug as ProblemSlug] });
  });

  it('lists the refusals that are tested, and no other', () => {
    const tested = new Set([...CASES.map((one) => one.slug), ...ELSEWHERE]);
    expect(rows.map((row) => row.slug).sort()).toEqual([...tested].sort());
  });

  it('lists every limit with its default', () => {
    const limits = [...page.matchAll(/^\| `([A-Z_]+)` +\| (\d+) +\|/gm)].map(([, name = '', value]) => [
      name,
      value,
    ]);
    const defaults = Object.entries(collectorConfigSchema.parse({})).filter(
      ([key]) => key !== 'host' && key !== 'port',
    );
    expect(limits).toEqual(
      defaults.map(([key, value]) => [
        variableName('collector', key).replace('OOPSTREAM_COLLECTOR_', ''),
        String(value),
      ]),
    );
  });
});
