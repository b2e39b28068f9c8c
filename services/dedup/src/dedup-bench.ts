import { TOPICS, encodeTranscriptReceived, hostKey } from '@oopstream/contracts';
import type { AlertJob, HostContext } from '@oopstream/contracts';
import type { Receipt } from '@oopstream/core-incident';
import {
  MemoryBlobStore,
  MemoryFrameModelStore,
  MemoryCensusStore,
  MemoryIncidentStore,
  MemoryJobQueue,
  MemoryLifeStore,
  MemoryRebootStore,
  MemoryReplayStore,
  createMemoryEventLog,
} from '@oopstream/ports/fakes';
import type { MemoryEventLog } from '@oopstream/ports/fakes';
import { systemClock } from '@oopstream/ports';
import type { NewRecord } from '@oopstream/ports';
import { createLogger } from '@oopstream/runtime';
import { dedupConfigSchema } from './config';
import type { DedupDeps } from './deps';

/** Dedup's dependencies on fakes, for tests. */
export interface DedupBench {
  readonly deps: DedupDeps;
  readonly log: MemoryEventLog;
  readonly store: MemoryIncidentStore;
  readonly jobs: MemoryJobQueue<AlertJob>;
  /** Sums of counters: `oopstream_incidents_changed{opened}`. */
  readonly counts: ReadonlyMap<string, number>;
  /** What gauges say now: `oopstream_outbox_open_rows{delivery}`. */
  gauges(): ReadonlyMap<string, number>;
}

export async function createDedupBench(): Promise<DedupBench> {
  const log = createMemoryEventLog();
  await log.admin.migrate(Object.values(TOPICS));
  const store = new MemoryIncidentStore();
  const replays = new MemoryReplayStore();
  const jobs = new MemoryJobQueue<AlertJob>();
  const counts = new Map<string, number>();
  const readers = new Map<string, () => readonly { value: number; labels: object }[]>();
  const labelled = (name: string, labels: object): string => `${name}{${Object.values(labels).join()}}`;
  const deps: DedupDeps = {
    config: dedupConfigSchema.parse({ relayIntervalMs: '20', retentionDays: '36500' }),
    reader: log.reader,
    writer: log.writer,
    stores: {
      incidents: store,
      replayEngine: replays,
      algorithmVersions: replays,
      outbox: store,
      retention: store,
      deliveries: store,
      lifeStore: new MemoryLifeStore(store),
      frameModels: new MemoryFrameModelStore(store.rows),
      census: new MemoryCensusStore(),
      reboots: new MemoryRebootStore(),
      ledgerPatrol: store,
    },
    jobs,
    blobs: new MemoryBlobStore(),
    logger: createLogger({ service: 'test', level: 'silent' }),
    metrics: {
      count: (name, value, labels) => {
        const key = labelled(name, labels);
        counts.set(key, (counts.get(key) ?? 0) + value);
      },
      record: () => undefined,
      gauge: (name, read) => {
        readers.set(name, read);
        return () => readers.delete(name);
      },
    },
    clock: systemClock,
  };
  const gauges = (): Map<string, number> =>
    new Map(
      [...readers].flatMap(([name, read]) =>
        read().map(({ value, labels }) => [labelled(name, labels), value] as const),
      ),
    );
  return { deps, log, store, jobs, counts, gauges };
}

/** The record that the fingerprint worker makes of a receipt that it could read. */
export function fingerprintedRecord(receipt: Receipt): NewRecord {
  const { transcript, content, ...rest } = receipt;
  if (transcript === null || content.kind !== 'read') throw new Error('this receipt was not read');
  const { id, hostId, bundleId, sha256, sizeBytes, context } = transcript;
  const { readings, omittedReadings } = content;
  const message = {
    ...{ version: 1, ...rest, transcriptId: id, hostId, bundleId, sha256, sizeBytes, context },
    ...{ readings, omittedReadings },
  };
  return {
    key: hostKey(receipt.tenant, hostId),
    value: Buffer.from(JSON.stringify(message)),
    headers: {
      'oopstream-version': '1',
      'receipt-id': receipt.receiptId,
      'source-partition': String(receipt.source.partition),
      'source-offset': String(receipt.source.offset),
      ...(receipt.traceparent !== null && { traceparent: receipt.traceparent }),
    },
  };
}

/** The record that the fingerprint worker makes of a receipt that it rejects. */
export function rejectedRecord(receipt: Receipt, headers: Readonly<Record<string, string>> = {}): NewRecord {
  const { transcript, content, ...rest } = receipt;
  if (transcript === null || content.kind !== 'rejected') throw new Error('this receipt was not rejected');
  const { id, hostId, bundleId, sha256, sizeBytes } = transcript;
  const context: HostContext = { host: hostId };
  return {
    key: hostKey(receipt.tenant, hostId),
    value: Buffer.from('whatever came'),
    headers: {
      ...encodeTranscriptReceived({
        ...{ ...rest, transcriptId: id, hostId, bundleId, sha256, sizeBytes, context },
        blob: null,
      }),
      'reject-reason': content.reason,
      'reject-detail': 'why',
      'reject-source-partition': String(receipt.source.partition),
      'reject-source-offset': String(receipt.source.offset),
      'reject-at-ms': String(receipt.processedAtMs),
      ...headers,
    },
  };
}
