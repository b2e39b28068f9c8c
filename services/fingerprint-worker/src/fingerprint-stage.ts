import { hash } from 'node:crypto';
import { TOPICS, decodeTranscriptReceived, hostKey } from '@oopstream/contracts';
import type { TranscriptReceived } from '@oopstream/contracts';
import { SAMPLED_IN_STORM } from '@oopstream/core-incident';
import { READER_VERSION } from '@oopstream/core-transcript';
import type { Disassemble } from '@oopstream/core-forensics';
import type { Outcome, Stage } from '@oopstream/pipeline';
import { FatalError, RetryableError, blobKey } from '@oopstream/ports';
import type { BlobStore, Clock, EventLogWriter, LogRecord, NewRecord } from '@oopstream/ports';
import { limitConcurrency } from '@oopstream/runtime';
import type { Logger, Metrics } from '@oopstream/runtime';
import { BatchWork } from './batch-work';
import type { FingerprintConfig } from './config';
import { encodeWithin } from './fingerprint-message';
import { readBody } from './read-body';
import type { ReadTranscript } from './read-body';
import { StormWatch } from './storm-watch';

/** A receipt with the record that it came in. */
export interface Received {
  readonly record: LogRecord;
  readonly receipt: TranscriptReceived;
  /** Where the body lies, or will lie. */
  readonly blob: string;
}

/** What there is to decide on. */
export interface Bodies {
  /** Bodies by reference; `missing` and `corrupt` are the sender's record gone bad, not trouble with the store. */
  readonly fetched: ReadonlyMap<Received, Uint8Array | 'missing' | 'corrupt'>;
  readonly nowMs: number;
}

/** A transcript that was read. */
export interface Fingerprinted {
  readonly message: NewRecord;
  /** Body to archive; `null` where it is in the blob store already, or not kept. */
  readonly archive: { readonly key: string; readonly bytes: Uint8Array } | null;
  /** Where dedup takes it from: what a storm leaves to be counted makes nobody else wait. */
  readonly lane: 'transcriptFingerprinted' | 'transcriptFingerprintedBulk';
}

export interface FingerprintStageDeps {
  readonly blobs: BlobStore;
  readonly writer: EventLogWriter;
  readonly clock: Clock;
  readonly config: FingerprintConfig;
  readonly disassemble: Disassemble;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** One of its own when not given. */
  readonly storms?: StormWatch;
}

export const STAGE_NAME = 'fingerprint-worker';

/** Checks, reads and signs transcripts, and archives and analyses those that are worth it: one message to `fingerprinted` for each receipt that is not poison. */
export function createFingerprintStage(deps: FingerprintStageDeps): Stage<Received, Bodies, Fingerprinted> {
  const limit = limitConcurrency(deps.config.blobConcurrency);
  const storms = deps.storms ?? new StormWatch(deps.config);
  return {
    name: STAGE_NAME,
    decode: decodeReceived,
    load: async (messages, signal) => {
      const byReference = messages.filter((message) => message.receipt.blob !== null);
      const bodies = await Promise.all(
        byReference.map((message) => limit(() => fetchBody(deps.blobs, message, signal))),
      );
      const fetched = new Map(byReference.map((message, index) => [message, bodies[index]!]));
      return { fetched, nowMs: deps.clock.nowMs() };
    },
    decide: (messages, state) => {
      const work = new BatchWork();
      const outcomes = messages.map((message) => decide(message, state, storms, deps, work));
      work.report(deps.metrics);
      return outcomes;
    },
    commit: async (decisions, _state, signal) => {
      const archives = new Map(
        decisions.flatMap(({ archive }) => (archive === null ? [] : [[archive.key, archive.bytes] as const])),
      );
      const puts = [...archives].map(([key, bytes]) =>
        limit(async () => {
          goOn(signal);
          await deps.blobs.put(key, bytes);
        }),
      );
      await Promise.all(puts);
      // The bodies lie safe before anybody is told where they are.
      await Promise.all(
        [...Map.groupBy(decisions, ({ lane }) => lane)].map(([lane, some]) =>
          deps.writer.append(
            TOPICS[lane].name,
            some.map(({ message }) => message),
          ),
        ),
      );
    },
  };
}

/** @throws RetryableError `batch-aborted`: whoever has the partition now gets the same records. */
export function goOn(signal: AbortSignal): void {
  if (signal.aborted) throw new RetryableError('batch-aborted', 'the partition is lost, or we are closing');
}

function decodeReceived(record: LogRecord): Received {
  const receipt = decodeTranscriptReceived(record.headers);
  const blob = blobKey(receipt.tenant, receipt.sha256);
  // A reference leads to the receipt's own body or nowhere: never into another tenant.
  if (receipt.blob !== null && receipt.blob !== blob) throw new Error('the blob key is not of this body');
  return { record, receipt, blob };
}

async function fetchBody(
  blobs: BlobStore,
  { blob }: Received,
  signal: AbortSignal,
): Promise<Uint8Array | 'missing' | 'corrupt'> {
  goOn(signal);
  try {
    return (await blobs.get(blob)) ?? 'missing';
  } catch (error) {
    if (error instanceof FatalError && error.reason === 'blob-corrupt') return 'corrupt';
    throw error;
  }
}

function decide(
  received: Received,
  state: Bodies,
  storms: StormWatch,
  deps: FingerprintStageDeps,
  work: BatchWork,
): Outcome<Fingerprinted> {
  const { receipt, record, blob } = received;
  const body = receipt.blob === null ? record.value : (state.fetched.get(received) ?? 'missing');
  if (body === 'missing') return poison('blob-missing', `there is no blob ${blob}`);
  if (body === 'corrupt') return poison('checksum-mismatch', `blob ${blob} is spoiled`);
  if (body.byteLength !== receipt.sizeBytes)
    return poison('checksum-mismatch', `${body.byteLength} bytes, not ${receipt.sizeBytes}`);
  if (hash('sha256', body) !== receipt.sha256)
    return poison('checksum-mismatch', 'other bytes than were sent');
  const read = readBody(received, body, storms, deps, work);
  const archive = read.isKept && receipt.blob === null ? { key: blob, bytes: body } : null;
  const lane = read.isKept ? 'transcriptFingerprinted' : 'transcriptFingerprintedBulk';
  const message = fingerprint(received, read, state.nowMs, deps);
  return { kind: 'ok', decision: { message, archive, lane } };
}

function poison(reason: 'blob-missing' | 'checksum-mismatch', detail: string): Outcome<Fingerprinted> {
  return { kind: 'poison', reason, detail };
}

function fingerprint(
  { receipt, record }: Received,
  { readings, omittedReadings, isKept }: ReadTranscript,
  nowMs: number,
  { config }: FingerprintStageDeps,
): NewRecord {
  const value = encodeWithin(
    {
      version: 1,
      receiptId: receipt.receiptId,
      tenant: receipt.tenant,
      transcriptId: receipt.transcriptId,
      bundleId: receipt.bundleId,
      hostId: receipt.hostId,
      context: receipt.context,
      receivedAtMs: receipt.receivedAtMs,
      sha256: receipt.sha256,
      sizeBytes: receipt.sizeBytes,
      traceparent: receipt.traceparent,
      source: { partition: record.partition, offset: record.offset },
      processedAtMs: nowMs,
      readings: readings.map((one) => ({ ...one, readerVersion: READER_VERSION })),
      omittedReadings,
      ...(!isKept && { bodySampledAway: SAMPLED_IN_STORM, bodyStored: receipt.blob !== null }),
    },
    config.maxMessageBytes,
  );
  return {
    key: hostKey(receipt.tenant, receipt.hostId),
    value,
    headers: {
      'oopstream-version': '1',
      'receipt-id': receipt.receiptId,
      'source-partition': String(record.partition),
      'source-offset': String(record.offset),
      ...(receipt.traceparent !== null && { traceparent: receipt.traceparent }),
    },
  };
}
