import fc from 'fast-check';
import { createUlidSource } from './ulid';

describe('ULIDs', () => {
  it('begin with the time as the specification encodes it', () => {
    // The example of the specification: 1469918176385 is 01ARYZ6S41.
    expect(createUlidSource(() => 1_469_918_176_385)()).toMatch(/^01ARYZ6S41[0-9A-HJKMNP-TV-Z]{16}$/);
  });

  it('rise strictly, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 ** 47), { minLength: 2, maxLength: 50 }), (times) => {
        let index = 0;
        const next = createUlidSource(() => times[index++]!);
        const ids = times.map(() => next());
        expect([...ids].sort()).toEqual(ids);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});
