import { literalStarts } from './literal-starts';
import { HEADERS } from './tables/headers';

describe('literalStarts', () => {
  it.each([
    [/^BUG: KASAN/, ['BUG: KASAN']],
    [/^list_(?:add|del)/, ['list_']],
    [/^(?:fpu exception|overflow): /, ['fpu exception', 'overflow']],
    [/^a b|^c d/, ['a b', 'c d']],
    [/^(?:x )?yz/, ['x ', 'yz']],
    [/^ab?c/, ['a']],
    [/^\[ BUG/, ['[ BUG']],
    [/^\d+/, ['']],
  ])('%s', (pattern, starts) => {
    expect(literalStarts(pattern)).toEqual(starts);
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
