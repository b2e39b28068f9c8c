import fc from 'fast-check';
import { transcriptIdOf } from './transcript-id';

describe('transcriptIdOf', () => {
  it('tells apart any two lists of words, also those that look alike when joined', () => {
    const words = fc.array(fc.string({ maxLength: 4 }), { minLength: 2, maxLength: 4 });
    const idOf = ([tenant = '', host = '', ...rest]: readonly string[]) =>
      transcriptIdOf(tenant, host, ...rest);
    fc.assert(
      fc.property(words, words, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(idOf(one) === idOf(other)).toBe(same);
      }),
    );
    expect(idOf(['a', 'bc', 'd'])).not.toBe(idOf(['ab', 'c', 'd']));
  });

  it('has 32 hex digits', () => expect(transcriptIdOf('t', 'h', 'key:k')).toMatch(/^[0-9a-f]{32}$/));
});
