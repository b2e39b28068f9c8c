import { DIGITS, lineStarts, literalStarts, WORD } from './literal-starts';
import { HEADERS } from './tables/headers';

describe('literalStarts', () => {
  it.each([
    [/^BUG: KASAN/, ['BUG: KASAN']],
    [/^list_(?:add|del)x/, ['list_add', 'list_del']],
    [/^mem(?:cpy|(?:set|cmp)x?): /, ['memcpy', 'memset', 'memcmp']],
    [/^a(?: b)? c/, ['a b', 'a c']],
    [/^a(?: b)* c/, ['a']],
    [/^a(?:b|\d)/, ['ab', 'a']],
    [/^(?:fpu exception|overflow): /, ['fpu exception', 'overflow']],
    [/^a b|^c d/, ['a b', 'c d']],
    [/^(?:x )?yz/, ['x ', 'yz']],
    [/^ab?c/, ['a']],
    [/^\[ BUG/, ['[ BUG']],
    [/^\d+/, ['']],
  ])('%s', (pattern, starts) => {
    expect(literalStarts(pattern)).toEqual(starts);
  });

  it.each([
    [/^irq (?:event )?\d+: no/, [`irq event `, `irq ${DIGITS}: no`], ['irq event ', 'irq ']],
    [/^mem\w+: (?:a|b)/, [`mem${WORD}: a`, `mem${WORD}: b`], ['mem']],
    [/^x\d\d: /, ['x'], ['x']],
  ])('goes on behind digits and words: %s', (pattern, starts, literal) => {
    expect(lineStarts(pattern)).toEqual(starts);
    expect(literalStarts(pattern)).toEqual(literal);
  });

  it('every header row begins with its first letter and lets few lines through', () => {
    for (const row of HEADERS) {
      for (const start of literalStarts(row.match)) {
        expect({ row: row.match.source, first: start[0] }).toEqual({
          row: row.match.source,
          first: row.first,
        });
        expect({ row: row.match.source, long: start.length >= 2 || row.first === '{' }).toEqual({
          row: row.match.source,
          long: true,
        });
      }
    }
  });
});
