import { REJECT_REASONS } from '@oopstream/contracts';
import type { RejectReason } from '@oopstream/contracts';
import type { PoisonRecord } from '@oopstream/pipeline';
import { FatalError } from '@oopstream/ports';
import type { NewRecord } from '@oopstream/ports';

const MAX_DETAIL_CHARACTERS = 500;

/** @returns the record as it came, with why it was rejected: replaying it needs nothing else. */
export function rejectedRecord({ record, reason, detail }: PoisonRecord, nowMs: number): NewRecord {
  return {
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      'reject-reason': slugOf(reason),
      'reject-detail': detail.slice(0, MAX_DETAIL_CHARACTERS),
      'reject-source-partition': String(record.partition),
      'reject-source-offset': String(record.offset),
      'reject-at-ms': String(nowMs),
    },
  };
}

/** The runner's own words for what failed, in those of the contract. */
function slugOf(reason: string): RejectReason {
  if (reason === 'decide-threw') return 'reader-failed';
  const known = REJECT_REASONS.find((one) => one === reason);
  if (known === undefined) throw new FatalError('reject-reason', `no such reason to reject: ${reason}`);
  return known;
}
