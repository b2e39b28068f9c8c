import { TOPICS } from '@oopstream/contracts';
import type { PoisonRecord } from '@oopstream/pipeline';
import type { EventLogWriter } from '@oopstream/ports';

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
