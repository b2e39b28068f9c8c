import type { Disassemble } from '@oopstream/core-forensics';
import { GROUPS, TOPICS } from '@oopstream/contracts';
import { runStage } from '@oopstream/pipeline';
import type { PoisonRecord } from '@oopstream/pipeline';
import type { BatchHandler, BlobStore, Clock, EventLogReader, EventLogWriter } from '@oopstream/ports';
import { checkSubscription, countBatch, traceBatch } from '@oopstream/runtime';
import type { Logger, Metrics, RunningService } from '@oopstream/runtime';
import { sliceBatch } from './batch-slices';
import type { FingerprintConfig } from './config';
import { STAGE_NAME, createFingerprintStage, goOn } from './fingerprint-stage';
import { rejectedRecord } from './rejected-record';

/** What the worker is built on. */
export interface FingerprintWorkerDeps {
  readonly config: FingerprintConfig;
  readonly reader: EventLogReader;
  readonly writer: EventLogWriter;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Decodes instructions for the analysis; opened once for the process. */
  readonly disassemble: Disassemble;
}

/**
 * Starts reading `transcript.received`. Every receipt comes out exactly as one record: of `transcript.fingerprinted`,
 * or of `transcript.rejected`; a redelivered batch gives the same records again.
 */
export async function startFingerprintWorker(deps: FingerprintWorkerDeps): Promise<RunningService> {
  const { config, clock } = deps;
  const subscription = await deps.reader.subscribe({
    group: GROUPS.fingerprintWorker,
    topics: [TOPICS.transcriptReceived.name],
    maxBatchRecords: config.maxBatchRecords,
    maxBatchBytes: config.maxBatchBytes,
    onBatch: createBatchHandler(deps),
  });
  const failed = new Promise<never>((_resolve, reject) => {
    subscription.done.catch(reject);
  });
  // Whoever runs the service may ask later: until then a failure is no unhandled one.
  failed.catch((error: unknown) => deps.logger.error({ err: error }, 'reading transcripts ended'));
  return {
    name: STAGE_NAME,
    failed,
    health: () => {
      const check = checkSubscription(subscription.health(), clock.nowMs(), config.stallAfterMs);
      return { ready: check.ok, checks: { transcripts: check } };
    },
    stop: () => subscription.close(),
  };
}

function createBatchHandler(deps: FingerprintWorkerDeps): BatchHandler {
  const { config, clock } = deps;
  const handler = runStage({
    stage: createFingerprintStage(deps),
    onPoison: (poison) => reject(deps, poison),
    onBatch: (report) => countBatch(deps.metrics, report),
    around: traceBatch(STAGE_NAME),
    clock,
  });
  return async (records, context) => {
    for (const slice of sliceBatch(records, config.maxFetchedBytes)) {
      goOn(context.signal);
      await handler(slice, context);
    }
  };
}

async function reject(deps: FingerprintWorkerDeps, poison: readonly PoisonRecord[]): Promise<void> {
  for (const { record, reason, detail } of poison)
    deps.logger.warn({ partition: record.partition, offset: record.offset, reason, detail }, 'rejected');
  const nowMs = deps.clock.nowMs();
  const records = poison.map((one) => rejectedRecord(one, nowMs));
  await deps.writer.append(TOPICS.transcriptRejected.name, records);
}
