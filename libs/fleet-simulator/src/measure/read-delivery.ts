import { hash } from 'node:crypto';
import type { Receipt } from '@oopstream/core-incident';
import { sign } from '@oopstream/core-signature';
import { completeReading, readDetails, readSession, readTranscript } from '@oopstream/core-transcript';
import type { Delivery } from '../delivery';

const digest = (text: string): string => hash('sha256', text);

/** @returns the receipt as the fingerprint worker makes it, without an analysis */
export function readDelivery({ receiptId, receivedAtMs, source, facts, bytes }: Delivery): Receipt {
  const { readings, omittedReadings } = readTranscript(bytes);
  const session = readings.length === 0 ? null : readSession(bytes);
  return {
    receiptId,
    source,
    tenant: 'default',
    receivedAtMs,
    processedAtMs: receivedAtMs + 10,
    transcript: facts,
    content: {
      kind: 'read',
      readings: readings.map((reading) => ({
        reading: completeReading(reading, readDetails(bytes, reading), session),
        signature: sign(reading, digest),
        analysis: null,
      })),
      omittedReadings,
    },
    traceparent: null,
  };
}
