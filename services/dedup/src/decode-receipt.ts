import {
  TOPICS,
  decodeTranscriptReceived,
  rejectedHeadersSchema,
  transcriptFingerprintedSchema,
} from '@oopstream/contracts';
import type { HostContext, TranscriptReceived } from '@oopstream/contracts';
import type { Receipt, TranscriptFacts } from '@oopstream/core-incident';
import type { LogRecord } from '@oopstream/ports';

/** What both topics say of a transcript. */
type Described = Pick<
  TranscriptReceived,
  'transcriptId' | 'hostId' | 'bundleId' | 'sha256' | 'sizeBytes' | 'context'
>;

/** A record of either topic, as a receipt. @throws ZodError or SyntaxError: such a record is poison. */
export function decodeReceipt(record: LogRecord): Receipt {
  return record.topic === TOPICS.transcriptRejected.name
    ? decodeRejected(record)
    : decodeFingerprinted(record);
}

function decodeFingerprinted(record: LogRecord): Receipt {
  const message = transcriptFingerprintedSchema.parse(JSON.parse(Buffer.from(record.value).toString('utf8')));
  const { receiptId, source, tenant, receivedAtMs, processedAtMs, readings, omittedReadings } = message;
  return {
    ...{ receiptId, source, tenant, receivedAtMs, processedAtMs },
    transcript: factsOf(message),
    content: {
      ...{ kind: 'read', readings, omittedReadings },
      body: {
        sampledAway: message.bodySampledAway ?? null,
        isStored: message.bodySampledAway === undefined || message.bodyStored === true,
      },
    },
    traceparent: message.traceparent,
  };
}

function decodeRejected(record: LogRecord): Receipt {
  const rejected = rejectedHeadersSchema.parse(record.headers);
  const source = {
    partition: Number(rejected['reject-source-partition']),
    offset: Number(rejected['reject-source-offset']),
  };
  const processedAtMs = Number(rejected['reject-at-ms']);
  const content = { kind: 'rejected', reason: rejected['reject-reason'] } as const;
  const received = readReceived(record);
  if (received === null)
    // Whatever the record is, it was received once: the ledger knows it by where it lay.
    return {
      receiptId: `unreadable-${source.partition}-${source.offset}`,
      source,
      tenant: tenantOf(record),
      receivedAtMs: processedAtMs,
      processedAtMs,
      transcript: null,
      content,
      traceparent: record.headers['traceparent'] ?? null,
    };
  const { receiptId, tenant, receivedAtMs, traceparent } = received;
  return {
    ...{ receiptId, tenant, receivedAtMs, processedAtMs, traceparent, source, content },
    transcript: factsOf(received),
  };
}

/** @returns `null` when the headers are not those of a receipt: that may be why it was rejected */
function readReceived(record: LogRecord): TranscriptReceived | null {
  try {
    return decodeTranscriptReceived(record.headers);
  } catch {
    return null;
  }
}

/** Keys are `<tenant>/<host>`. */
export function tenantOf(record: LogRecord): string {
  return record.headers['tenant'] ?? record.key.split('/', 1)[0] ?? '';
}

function factsOf(message: Described): TranscriptFacts {
  const { transcriptId, hostId, bundleId, sha256, sizeBytes, context } = message;
  return {
    id: transcriptId,
    ...{ hostId, bundleId, sha256, sizeBytes, context },
    host: hostOf(context),
    // As the kernel writes it, and as texts carry it.
    bootId: context.bootId?.toLowerCase() ?? null,
    livepatches: context.livepatches ?? null,
    occurredAtMs: context.occurredAt === undefined ? null : Date.parse(context.occurredAt),
  };
}

function hostOf(context: HostContext): TranscriptFacts['host'] {
  return {
    name: context.host ?? null,
    model: context.model ?? null,
    kernelRelease: context.kernelRelease ?? null,
    labels: context.labels ?? {},
  };
}
