import fc from 'fast-check';
import { rareSearch, searchRare } from './rare-search';

describe('searchRare', () => {
  it.each(['Linux version ', ' audit(', 'Bank ', '>', 'zzz', ' {\n', '  '])(
    'finds %j where indexOf does',
    (literal) => {
      // Letters of the literal itself: nearly all of it comes often, the whole of it too.
      const text = fc.array(fc.oneof(fc.constantFrom(...literal), fc.constant(literal)), { maxLength: 60 });
      fc.assert(
        fc.property(text, fc.nat(20), (parts, from) => {
          const joined = parts.join('');
          expect(searchRare(joined, rareSearch(literal), from)).toBe(joined.indexOf(literal, from));
        }),
      );
    },
  );

  it('starts at a letter that is rare in logs', () => {
    expect(rareSearch('Linux version ').piece).toBe('Linux ');
    expect(rareSearch(' audit(').piece).toBe('(');
  });
});
