import type { Receipt } from '@oopstream/core-incident';
import { DEAD_LETTERED } from '@oopstream/core-incident';
import type { LogRecord } from '@oopstream/ports';
import { tenantOf } from './decode-receipt';

const RECEIPT_ID = /^[0-9A-Z]{26}$/;
const POSITION = /^\d{1,15}$/;

/**
 * The receipt that a record which could not be taken stands for, from its headers alone: the ledger counts it as
 * rejected, and a replay of the record settles it anew. One without headers is known by where it lay itself.
 */
export function receiptOfDeadLetter(record: LogRecord, nowMs: number): Receipt {
  const { headers, topic, partition, offset } = record;
  const receiptId = headers['receipt-id'];
  const source =
    readSource(headers['source-partition'], headers['source-offset']) ??
    readSource(headers['reject-source-partition'], headers['reject-source-offset']);
  const unreadable =
    source === null ? `${topic}-${partition}-${offset}` : `${source.partition}-${source.offset}`;
  const isKnown = source !== null && receiptId !== undefined && RECEIPT_ID.test(receiptId);
  return {
    receiptId: isKnown ? receiptId : `unreadable-${unreadable}`,
    source: source ?? { partition, offset },
    tenant: tenantOf(record),
    receivedAtMs: nowMs,
    processedAtMs: nowMs,
    transcript: null,
    content: { kind: 'rejected', reason: DEAD_LETTERED },
    traceparent: null,
  };
}

function readSource(partition: string | undefined, offset: string | undefined): Receipt['source'] | null {
  if (partition === undefined || offset === undefined) return null;
  if (!POSITION.test(partition) || !POSITION.test(offset)) return null;
  return { partition: Number(partition), offset: Number(offset) };
}
