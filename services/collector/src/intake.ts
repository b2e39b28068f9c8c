import type { IncomingMessage } from 'node:http';
import { TOPICS, encodeTranscriptReceived, hostKey } from '@oopstream/contracts';
import type { Accepted } from '@oopstream/contracts';
import { FatalError, RetryableError, blobKey } from '@oopstream/ports';
import type { NewRecord, TokenGrant } from '@oopstream/ports';
import { createUlidSource } from '@oopstream/runtime';
import type { CollectorDeps } from './deps';
import { resolveHost } from './host';
import { createMemoryBudget } from './memory-budget';
import type { Reservation } from './memory-budget';
import { describePost, makeReceipts } from './receipts';
import type { Receipt, Sending } from './receipts';
import { Refusal } from './refusal';
import { readBody } from './request-body';
import { readHead } from './request-head';
import type { RequestHead } from './request-head';
import { readTexts } from './texts';

/** One POST, as the server hands it over. */
export interface Post {
  readonly request: IncomingMessage;
  readonly query: Readonly<Record<string, unknown>>;
  readonly traceparent: string | null;
}

/** Takes a POST from its first header to the log's confirmation. */
export type Intake = (post: Post) => Promise<Accepted | Refusal>;

/** Asked for at first where Content-Length does not say. */
const UNKNOWN_LENGTH_BYTES = 65_536;
const { name: TOPIC } = TOPICS.transcriptReceived;

/** @returns the intake; it answers with a value for whatever a sender or a backing store may do, and throws on bugs only. */
export function createIntake(deps: CollectorDeps): Intake {
  const { config } = deps;
  const budget = createMemoryBudget(config.maxMemoryBytes);
  const nextUlid = createUlidSource(() => deps.clock.nowMs());
  const take = async (post: Post): Promise<Accepted | Refusal> => {
    const grant = await admit(deps, post.request.headers.authorization);
    if (grant instanceof Refusal) return grant;
    const head = readHead(post.request.headers, post.query, config);
    if (head instanceof Refusal) return head;
    const reservation = budget.reserve(head.contentLength ?? UNKNOWN_LENGTH_BYTES);
    if (reservation === null) return new Refusal('overloaded');
    // The bytes stay in memory as long as the log holds on to them, also after an answer that gave up waiting.
    const held: Promise<unknown>[] = [];
    try {
      return await receive(deps, { post, grant, head, reservation, nextUlid, held });
    } finally {
      void Promise.allSettled(held).then(() => reservation.release());
    }
  };
  return async (post) => {
    try {
      return await take(post);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === null) throw error;
      deps.logger.warn({ err: error, reason: refusal.slug }, 'a POST is refused: a backing store is away');
      return refusal;
    }
  };
}

/** @returns `null` for what is no trouble with a backing store. */
function refusalOf(error: unknown): Refusal | null {
  // A topic that nobody has migrated yet is a log that is not there yet: senders come again.
  if (error instanceof FatalError && error.reason === 'unknown-topic') return new Refusal('log-unavailable');
  if (!(error instanceof RetryableError)) return null;
  const slug = error.reason === 'log-unavailable' ? 'log-unavailable' : 'store-unavailable';
  return new Refusal(slug, undefined, error.retryAfterMs);
}

async function admit(deps: CollectorDeps, authorization: string | undefined): Promise<TokenGrant | Refusal> {
  const found = await deps.authenticator.authenticate(authorization);
  if (found.kind === 'refused') return new Refusal(found.reason);
  const { grant } = found;
  if (!grant.scopes.includes('ingest')) return new Refusal('scope-missing', 'this needs scope ingest');
  const { ratePerSecond: perSecond, rateBurst: burst } = deps.config;
  const rate = await deps.limiter.take(`ingest:${grant.id}`, 1, { perSecond, burst });
  return rate.allowed ? grant : new Refusal('rate-limited', undefined, rate.retryAfterMs);
}

interface Admitted {
  readonly post: Post;
  readonly grant: TokenGrant;
  readonly head: RequestHead;
  readonly reservation: Reservation;
  readonly nextUlid: () => string;
  readonly held: Promise<unknown>[];
}

async function receive(deps: CollectorDeps, admitted: Admitted): Promise<Accepted | Refusal> {
  const { post, grant, head, reservation } = admitted;
  const body = await readBody(post.request, reservation, deps.config);
  if (body instanceof Refusal) return body;
  deps.metrics.count('oopstream_collector_bytes', body.byteLength, { form: 'received' });
  const texts = await readTexts(body, head, reservation, deps.config);
  if (texts instanceof Refusal) return texts;
  const host = resolveHost(grant.boundHost, head.host, texts.context);
  if (host instanceof Refusal) return host;
  const sending: Sending = {
    tenant: grant.tenant,
    host,
    idempotencyKey: head.idempotencyKey,
    receivedAtMs: deps.clock.nowMs(),
    traceparent: post.traceparent,
    nextUlid: admitted.nextUlid,
  };
  const receipts = makeReceipts(texts, sending);
  if (!(await bindKey(deps, receipts, sending)))
    return new Refusal('idempotency-key-reused', 'a new text needs a new key');
  const stored = store(deps, receipts);
  admitted.held.push(stored);
  if (!(await settlesWithin(stored, deps.config.appendTimeoutMs)))
    return new Refusal('log-unavailable', 'not confirmed in time: send again, it stays one transcript');
  const sizeBytes = receipts.reduce((sum, receipt) => sum + receipt.sizeBytes, 0);
  deps.metrics.count('oopstream_collector_bytes', sizeBytes, { form: 'decompressed' });
  deps.metrics.count('oopstream_collector_transcripts', receipts.length, {});
  return describeAccepted(receipts, host.hostId);
}

async function bindKey(
  deps: CollectorDeps,
  receipts: readonly Receipt[],
  sending: Sending,
): Promise<boolean> {
  const { idempotencyKey, tenant, receivedAtMs } = sending;
  if (idempotencyKey === undefined) return true;
  const { id, sha256 } = describePost(receipts, { ...sending, idempotencyKey });
  return (await deps.idempotency.bind(tenant, id, sha256, receivedAtMs)) === 'bound';
}

/** Texts of one POST go to the log in one call: their host's partition has them next to each other. */
async function store(deps: CollectorDeps, receipts: readonly Receipt[]): Promise<void> {
  const records = await Promise.all(
    receipts.map(async ({ bytes, ...receipt }): Promise<NewRecord> => {
      const isLarge = bytes.byteLength > deps.config.inlineBytes;
      const blob = isLarge ? blobKey(receipt.tenant, receipt.sha256) : null;
      if (blob !== null) await deps.blobs.put(blob, bytes);
      return {
        key: hostKey(receipt.tenant, receipt.hostId),
        value: isLarge ? new Uint8Array() : bytes,
        headers: encodeTranscriptReceived({ ...receipt, blob }),
      };
    }),
  );
  await deps.log.append(TOPIC, records);
}

/** @returns false when time ran out first. @throws what the work throws */
async function settlesWithin(work: Promise<void>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    return await Promise.race([work.then(() => true as const), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function describeAccepted(receipts: readonly Receipt[], host: string): Accepted {
  return {
    host,
    bundle: receipts[0]?.bundleId ?? null,
    transcripts: receipts.map(({ transcriptId, sizeBytes, sha256, context }) => ({
      id: transcriptId,
      sizeBytes,
      sha256,
      fileName: context.fileName ?? null,
    })),
  };
}
