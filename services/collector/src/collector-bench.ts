import { connect } from 'node:net';
import { decodeTranscriptReceived, problemSchema, TOPICS } from '@oopstream/contracts';
import type { TranscriptReceived } from '@oopstream/contracts';
import type { EventLogWriter, IdempotencyStore, LogRecord, RateDecision, TokenGrant } from '@oopstream/ports';
import { MemoryBlobStore, createMemoryEventLog } from '@oopstream/ports/fakes';
import { createAuthenticator, createLogger, mintToken } from '@oopstream/runtime';
import type { Metrics } from '@oopstream/runtime';
import { collectorConfigSchema } from './config';
import type { CollectorDeps } from './deps';
import { startCollector } from './start-collector';
import type { RunningCollector } from './start-collector';

/** A collector on fakes, for tests. */
export interface CollectorBench {
  readonly deps: CollectorDeps;
  readonly blobs: MemoryBlobStore;
  readonly clock: { nowMs(): number; advance(byMs: number): void };
  /** What the limiter says next. */
  rate: RateDecision;
  /** What appending does, in place of the memory log, while set. */
  append: EventLogWriter['append'] | null;
  /** Thrown by the token store and the idempotency store while set. */
  storeFailure: Error | null;
  /** `Authorization` header of an ingest token of tenant `default`. */
  readonly authorization: string;
  /** Makes another token. @returns the whole `Authorization` header. */
  authorize(grant?: Partial<TokenGrant>): string;
  revokeAll(): void;
  records(): readonly { readonly record: LogRecord; readonly receipt: TranscriptReceived }[];
  /** Sums of counters, by name and labels: `oopstream_collector_requests{refused,draining}`. */
  readonly counts: ReadonlyMap<string, number>;
  /** Starts it on a free port, once; later calls give the same. */
  serve(): Promise<RunningCollector>;
  stop(): Promise<void>;
}

const START_MS = Date.UTC(2026, 0, 1);

/** @param settings of section `collector`, as text. */
export function createCollectorBench(settings: Readonly<Record<string, string>> = {}): CollectorBench {
  const log = createMemoryEventLog();
  const ready = log.admin.migrate([TOPICS.transcriptReceived]);
  const blobs = new MemoryBlobStore();
  const tokens = new Map<string, { grant: TokenGrant; secretHash: Uint8Array }>();
  const counts = new Map<string, number>();
  let nowMs = START_MS;
  let running: Promise<RunningCollector> | undefined;
  const clock = { nowMs: () => nowMs, advance: (byMs: number) => void (nowMs += byMs) };
  const fail = <T>(value: T): Promise<T> =>
    bench.storeFailure === null ? Promise.resolve(value) : Promise.reject(bench.storeFailure);
  const deps: CollectorDeps = {
    config: collectorConfigSchema.parse({ host: '127.0.0.1', port: '0', ...settings }),
    authenticator: createAuthenticator({ tokens: { find: (id) => fail(tokens.get(id) ?? null) }, clock }),
    idempotency: createMemoryIdempotency(fail),
    limiter: { take: () => Promise.resolve(bench.rate), close: () => Promise.resolve() },
    blobs,
    log: {
      append: async (topic, records) => {
        await ready;
        return (bench.append ?? log.writer.append)(topic, records);
      },
      close: () => Promise.resolve(),
    },
    clock,
    logger: createLogger({ service: 'collector', level: 'silent' }),
    metrics: countInto(counts),
  };
  const bench: CollectorBench = {
    deps,
    blobs,
    clock,
    counts,
    rate: { allowed: true },
    append: null,
    storeFailure: null,
    authorization: authorize(tokens, {}),
    authorize: (grant = {}) => authorize(tokens, grant),
    revokeAll: () => tokens.clear(),
    records: () =>
      log
        .recordsOf(TOPICS.transcriptReceived.name)
        .map((record) => ({ record, receipt: decodeTranscriptReceived(record.headers) })),
    serve: () => (running ??= startCollector(deps)),
    stop: async () => (await running)?.stop(),
  };
  return bench;
}

function authorize(
  tokens: Map<string, { grant: TokenGrant; secretHash: Uint8Array }>,
  grant: Partial<TokenGrant>,
): string {
  const { id, token, secretHash } = mintToken();
  const standard: TokenGrant = {
    id,
    tenant: 'default',
    label: 'agent',
    scopes: ['ingest'],
    boundHost: null,
    createdAtMs: START_MS,
  };
  tokens.set(id, { grant: { ...standard, ...grant, id }, secretHash });
  return `Bearer ${token}`;
}

function createMemoryIdempotency(fail: <T>(value: T) => Promise<T>): IdempotencyStore {
  const bound = new Map<string, string>();
  return {
    bind: (tenant, transcriptId, sha256) => {
      const key = `${tenant}/${transcriptId}`;
      if (!bound.has(key)) bound.set(key, sha256);
      return fail(bound.get(key) === sha256 ? 'bound' : 'reused');
    },
  };
}

function countInto(counts: Map<string, number>): Metrics {
  return {
    count: (name, value, labels) => {
      const key = `${name}{${Object.values(labels).join(',')}}`;
      counts.set(key, (counts.get(key) ?? 0) + value);
    },
    record: () => undefined,
    gauge: () => () => undefined,
  };
}

export interface PostOptions {
  /** Default `?host=web-1`. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload: Uint8Array | string;
}

export interface PostAnswer {
  readonly status: number;
  /** Slug of a refusal; '' when accepted. */
  readonly reason: string;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Sends a POST and reads its answer; a refusal is looked at for its form. */
export async function post(bench: CollectorBench, options: PostOptions): Promise<PostAnswer> {
  const { url } = await bench.serve();
  const answer = await fetch(`${url}/v1/transcripts${options.query ?? '?host=web-1'}`, {
    method: 'POST',
    headers: { authorization: bench.authorization, ...options.headers },
    // Bytes, so that fetch adds no Content-Type of its own.
    body: Buffer.from(options.payload),
  });
  return readAnswer(answer);
}

export async function readAnswer(answer: Response): Promise<PostAnswer> {
  const { headers, status } = answer;
  const body: unknown = await answer.json();
  if (status === 202) return { status, reason: '', body, headers };
  const { reason } = problemSchema.parse(body);
  if (headers.get('content-type')?.startsWith('application/problem+json') !== true)
    throw new Error(`a refusal of type ${headers.get('content-type')}`);
  return { status, reason, body, headers };
}

export interface FormPart {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer> | string;
  readonly type?: string;
  readonly fileName?: string;
}

/** Encodes a form as the platform's own fetch does: an encoder that knows nothing of our decoder. */
export async function encodeForm(
  parts: readonly FormPart[],
): Promise<{ readonly payload: Buffer; readonly contentType: string }> {
  const form = new FormData();
  for (const part of parts) {
    const blob = new Blob([part.bytes], { type: part.type ?? 'text/plain' });
    form.append(part.name, blob, part.fileName ?? part.name);
  }
  const response = new Response(form);
  return {
    payload: Buffer.from(await response.arrayBuffer()),
    contentType: response.headers.get('content-type') ?? '',
  };
}

/**
 * Sends bytes to the collector as they are, for what no HTTP client would send.
 * @returns everything that came back until the connection closed, or until `isEnough` says so.
 */
export async function sendRaw(
  bench: CollectorBench,
  bytes: string,
  isEnough: (answer: string) => boolean = () => false,
): Promise<string> {
  const { url } = await bench.serve();
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      if (isEnough(answer)) socket.destroy();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
