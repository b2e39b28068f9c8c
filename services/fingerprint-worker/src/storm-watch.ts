import { StormGauge, bugShownBy } from '@oopstream/core-incident';
import type { Reading } from '@oopstream/core-transcript';
import type { Signature } from '@oopstream/core-signature';
import type { FingerprintConfig } from './config';
import type { Received } from './fingerprint-stage';

type WatchConfig = Pick<
  FingerprintConfig,
  'maxBatchRecords' | 'stormPerMinute' | 'stormKeepEveryMs' | 'stormClassesKept' | 'stormKeys'
>;

interface Progress {
  nextOffset: number;
  /** Offsets below it were counted by this process. */
  countedTo: number;
  /** Offsets below it may have been decided before. */
  sureFrom: number;
}

/** Watches for storms, and for records that may come again: what may lie in the blob store already is kept. */
export class StormWatch {
  private readonly gauge: StormGauge;
  private readonly progress = new Map<number, Progress>();

  constructor(private readonly config: WatchConfig) {
    this.gauge = new StormGauge({
      stormPerMinute: config.stormPerMinute,
      keepEveryMs: config.stormKeepEveryMs,
      classesKept: config.stormClassesKept,
      maxKeys: config.stormKeys,
    });
  }

  /** Entries held, of all kinds. */
  get size(): number {
    return this.gauge.size + this.progress.size;
  }

  /** Counts a transcript. @returns whether to keep its bytes */
  isKept(
    { record, receipt }: Received,
    readings: readonly { readonly reading: Reading; readonly signature: Signature }[],
    omittedReadings: number,
  ): boolean {
    const { isCounted, mayComeAgain } = this.follow(record);
    const bug = bugShownBy(readings, omittedReadings);
    if (bug === null || isCounted) return true;
    const { tenant, receivedAtMs, context } = receipt;
    const isKept = this.gauge.isKept({ ...bug, tenant, receivedAtMs, model: context.model ?? null });
    return isKept || mayComeAgain;
  }

  /**
   * Whoever had the partition before may have archived a batch without telling anybody of it: the first batch of a partition,
   * and one that comes again, is kept, so that nothing lies in the store that nobody knows of.
   */
  private follow({ partition, offset }: Received['record']): { isCounted: boolean; mayComeAgain: boolean } {
    const { maxBatchRecords } = this.config;
    const known = this.progress.get(partition);
    const isFollowing =
      known !== undefined && offset >= known.nextOffset && offset <= known.nextOffset + maxBatchRecords;
    const sureFrom = isFollowing ? known.sureFrom : offset + maxBatchRecords;
    const countedTo = known?.countedTo ?? 0;
    const nextOffset = offset + 1;
    this.progress.set(partition, { nextOffset, countedTo: Math.max(countedTo, nextOffset), sureFrom });
    return { isCounted: offset < countedTo, mayComeAgain: offset < sureFrom };
  }
}
