import type { LogRecord, SubscribeOptions } from '@oopstream/ports';
import type { GroupTables } from './group-tables';
import type { HeldPartition, Leases, RunningBatch } from './leases';
import type { LogTables } from './log-tables';

export interface BatchReaderDeps {
  readonly options: SubscribeOptions;
  readonly tables: LogTables;
  readonly group: GroupTables;
  readonly leases: Leases;
  readonly onReset: (held: HeldPartition) => void;
  readonly onProgress: () => void;
}

/** What became of a turn: a batch was committed, there was none to read, or the partition was lost meanwhile. */
export type BatchResult = 'committed' | 'nothing' | 'lost';

/** Reads the next batch of a partition, hands it over and moves the group's offset past it. Throws what the handler throws. */
export async function readBatch(
  held: HeldPartition,
  batch: RunningBatch,
  deps: BatchReaderDeps,
): Promise<BatchResult> {
  const records = await fetch(held, deps);
  const { signal } = batch.lost;
  if (signal.aborted) return 'lost';
  if (records.length === 0) return 'nothing';
  await deps.options.onBatch(records, {
    signal,
    heartbeat: () => {
      batch.progressAtMs = performance.now();
      deps.onProgress();
      return Promise.resolve();
    },
  });
  if (signal.aborted) return 'lost';
  const next = records.at(-1)!.offset + 1;
  const endOffset = await deps.group.commit(deps.leases.memberId, held.claimed, next);
  if (endOffset === null) {
    deps.leases.lose(held);
    return 'lost';
  }
  held.position = next;
  held.endOffset = endOffset;
  return 'committed';
}

async function fetch(held: HeldPartition, deps: BatchReaderDeps): Promise<readonly LogRecord[]> {
  const from = held.position ?? 0;
  const records = await deps.tables.fetch(held.topic, held.claimed.partition, from, {
    maxRecords: deps.options.maxBatchRecords,
    maxBytes: deps.options.maxBatchBytes,
  });
  const first = records[0]?.offset ?? from;
  // Retention passed us since we last looked at the ends.
  if (first > from && held.topic.cleanup === 'delete') deps.onReset(held);
  return records;
}
