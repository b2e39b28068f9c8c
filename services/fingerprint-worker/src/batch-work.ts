import type { Metrics } from '@oopstream/runtime';
import type { AnalysedReading } from './analyse-readings';

type Part = 'reading' | 'analysis' | 'signing';

/** What a batch's transcripts cost, and how many of their readings were analysed; told once a batch. */
export class BatchWork {
  private readonly spentMs = new Map<Part, number>();
  private analysed = 0;
  private leftOut = 0;
  failed = 0;
  sampled = 0;

  timed<Result>(part: Part, run: () => Result): Result {
    const startMs = performance.now();
    try {
      return run();
    } finally {
      this.spentMs.set(part, (this.spentMs.get(part) ?? 0) + performance.now() - startMs);
    }
  }

  count(readings: readonly AnalysedReading[]): void {
    const analysed = readings.filter((one) => one.analysis !== null).length;
    this.analysed += analysed;
    this.leftOut += readings.length - analysed;
  }

  report(metrics: Metrics): void {
    for (const [part, ms] of this.spentMs)
      metrics.record('oopstream_fingerprint_part_seconds', ms / 1000, { part });
    if (this.sampled > 0) metrics.count('oopstream_bodies_sampled', this.sampled, { reason: 'storm' });
    const outcomes = {
      analysed: this.analysed,
      failed: this.failed,
      'over-limit': this.leftOut - this.failed,
    };
    for (const [outcome, count] of Object.entries(outcomes))
      if (count > 0) metrics.count('oopstream_readings_analysed', count, { outcome });
  }
}
