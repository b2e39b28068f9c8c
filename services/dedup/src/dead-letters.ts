import { TOPICS } from '@oopstream/contracts';
import { decideBatch } from '@oopstream/core-incident';
import type { PoisonRecord } from '@oopstream/pipeline';
import type { Clock, EventLogWriter, IncidentStore } from '@oopstream/ports';
import { retentionMs } from './config';
import type { DedupConfig } from './config';
import { receiptOfDeadLetter } from './dead-letter-receipt';

/** Counts dead letters in the ledger, each once however often it comes: what was received must not vanish from it. */
export async function accountDeadLetters(
  deps: {
    readonly incidents: IncidentStore;
    readonly config: DedupConfig;
    readonly clock: Clock;
    readonly newId: () => string;
  },
  poison: readonly PoisonRecord[],
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const receipts = poison.map(({ record }) => receiptOfDeadLetter(record, nowMs));
  const batch = await deps.incidents.openBatch(receipts, { nowMs, retentionMs: retentionMs(deps.config) });
  try {
    const { plan } = decideBatch(receipts, batch.state, { newId: deps.newId, nowMs });
    await batch.commit(plan, { publications: [], deliveries: [] });
  } finally {
    await batch.release();
  }
}

/** Makes records that dedup could not take durable, as they came, with why and from where: replayable. */
export async function appendDeadLetters(
  writer: EventLogWriter,
  poison: readonly PoisonRecord[],
): Promise<void> {
  await writer.append(
    TOPICS.fingerprintedDeadLetter.name,
    poison.map(({ record, reason, detail }) => ({
      key: record.key,
      value: record.value,
      headers: {
        ...record.headers,
        'dead-letter-reason': reason,
        'dead-letter-detail': detail,
        'dead-letter-topic': record.topic,
        'dead-letter-partition': String(record.partition),
        'dead-letter-offset': String(record.offset),
      },
    })),
  );
}
