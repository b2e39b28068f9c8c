import type { PartitionPosition } from '@oopstream/ports';
import fc from 'fast-check';
import { NO_WATERMARK, advanceWatermark } from './ledger-watermark';

const at = (endOffset: number, committedOffset: number | null): PartitionPosition[] => [
  { topic: 't', partition: 0, startOffset: 0, endOffset, committedOffset },
];
const look = (
  received: PartitionPosition[],
  fingerprinted = at(0, 0),
  rejected = at(0, 0),
  bulk = at(0, 0),
) => ({
  received,
  fingerprinted,
  bulk,
  rejected,
});

describe('advanceWatermark', () => {
  it('is there at once when nothing is under way', () => {
    const state = advanceWatermark(NO_WATERMARK, 10, look(at(7, 7), at(5, 5), at(2, 2)));
    expect(state).toEqual({ reached: { atMs: 10, offsets: [{ partition: 0, offset: 7 }] }, next: null });
  });

  it('waits for the worker, then for dedup, while more comes in', () => {
    let state = advanceWatermark(NO_WATERMARK, 10, look(at(7, 3), at(3, 3)));
    expect(state.reached).toBeNull();
    state = advanceWatermark(state, 20, look(at(20, 6), at(6, 6)));
    expect(state.reached).toBeNull();
    state = advanceWatermark(state, 30, look(at(30, 8), at(8, 6)));
    expect(state.reached).toBeNull();
    state = advanceWatermark(state, 40, look(at(40, 12), at(12, 8)));
    expect(state.reached).toEqual({ atMs: 10, offsets: [{ partition: 0, offset: 7 }] });
  });

  it('waits for what a storm leaves to be counted too', () => {
    const behind = advanceWatermark(NO_WATERMARK, 10, look(at(7, 7), at(5, 5), at(0, 0), at(2, 1)));
    expect(behind.reached).toBeNull();
    const state = advanceWatermark(behind, 20, look(at(9, 7), at(5, 5), at(0, 0), at(4, 2)));
    expect(state.reached?.atMs).toBe(10);
  });

  it('waits for what was rejected too', () => {
    const state = advanceWatermark(NO_WATERMARK, 10, look(at(7, 7), at(5, 5), at(2, null)));
    expect(state.reached).toBeNull();
  });

  it('never promises a receipt that dedup has not counted, whatever the pace of each', () => {
    const step = fc.record({ comes: fc.nat(5), read: fc.nat(5), counted: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let [end, read, counted] = [0, 0, 0];
        let state = NO_WATERMARK;
        steps.forEach((one, n) => {
          // The positions of one look are read one after the other, with work in between.
          end += one.comes;
          read = Math.min(end, read + one.read);
          const received = at(end, read);
          read = Math.min(end, read + one.comes);
          counted = Math.min(read, counted + one.counted);
          state = advanceWatermark(state, n, look(received, at(read, counted)));
          expect(state.reached?.offsets[0]?.offset ?? 0).toBeLessThanOrEqual(counted);
        });
      }),
    );
  });
});
