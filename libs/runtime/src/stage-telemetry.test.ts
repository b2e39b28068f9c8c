import type { Metrics } from './metrics';
import { noMetrics } from './metrics';
import { countBatch } from './stage-telemetry';
import { formatTraceparent, parseTraceparent } from './trace-context';

describe('countBatch', () => {
  it('counts each outcome by its reason, and the time in seconds', () => {
    const seen: unknown[] = [];
    const metrics: Metrics = {
      ...noMetrics,
      count: (name, value, labels) => seen.push([name, value, labels]),
      record: (name, value, labels) => seen.push([name, value, labels]),
    };
    countBatch(metrics, {
      stage: 's',
      topic: 't',
      partition: 0,
      consumed: 3,
      ok: 2,
      dropped: 0,
      redirected: 0,
      poisoned: 1,
      byReason: new Map([
        ['ok', 2],
        ['poison:undecodable', 1],
      ]),
      durationMs: 250,
    });
    expect(seen).toEqual([
      ['oopstream_stage_records', 2, { stage: 's', outcome: 'ok', reason: 'none' }],
      ['oopstream_stage_records', 1, { stage: 's', outcome: 'poison', reason: 'undecodable' }],
      ['oopstream_stage_batch_seconds', 0.25, { stage: 's' }],
    ]);
  });
});

describe('traceparent', () => {
  const text = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('comes back as it was read', () => {
    expect(formatTraceparent(parseTraceparent(text)!)).toBe(text);
  });

  it.each([undefined, null, '', 'junk', text.toUpperCase(), `00-${'0'.repeat(32)}-b7ad6b7169203331-01`])(
    'is null for %j',
    (bad) => expect(parseTraceparent(bad)).toBeNull(),
  );
});
