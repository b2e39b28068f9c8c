import fc from 'fast-check';
import type { LogRecord } from '@oopstream/ports';
import { sliceBatch } from './batch-slices';

const record = (offset: number, sizeBytes: string | null): LogRecord => ({
  topic: 't',
  partition: 0,
  offset,
  appendedAtMs: 0,
  key: 'k',
  value: new Uint8Array(),
  headers: sizeBytes === null ? {} : { blob: 'b', 'size-bytes': sizeBytes },
});

describe('sliceBatch', () => {
  it('keeps every record, in order, and holds no more at once than it may, but for one alone', () => {
    const sizes = fc.array(fc.option(fc.nat(150), { nil: null }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sizes, (bytes) => {
        const records = bytes.map((size, offset) => record(offset, size === null ? null : String(size)));
        const slices = sliceBatch(records, 100);
        expect(slices.flat()).toEqual(records);
        for (const slice of slices) {
          const fetched = slice
            .map((one) => Number(one.headers['size-bytes'] ?? 0))
            .filter((size) => size > 0);
          const sum = fetched.reduce((total, size) => total + size, 0);
          expect(sum <= 100 || fetched.length === 1).toBe(true);
        }
      }),
    );
  });

  it('leaves headers that say nonsense to decoding', () => {
    const records = [record(0, 'x'), record(1, '-5'), record(2, '1e400')];
    expect(sliceBatch(records, 100)).toEqual([records]);
  });
});
