import { z } from 'zod';
import { timeMsTextSchema } from './time-ms';

/** Why a stage could not take a record that the collector had accepted. */
export const REJECT_REASONS = ['undecodable', 'checksum-mismatch', 'blob-missing', 'reader-failed'] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/**
 * Topic `oopstream.transcript.rejected.v1`: the record as it came (key, value, headers), with these headers added, so
 * that a replay needs nothing else.
 */
export const rejectedHeadersSchema = z.object({
  'reject-reason': z.enum(REJECT_REASONS),
  'reject-detail': z.string().max(500),
  'reject-source-partition': z.string().regex(/^\d{1,9}$/),
  'reject-source-offset': z.string().regex(/^\d{1,15}$/),
  'reject-at-ms': timeMsTextSchema,
});
