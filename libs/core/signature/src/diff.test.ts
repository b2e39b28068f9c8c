import fc from 'fast-check';
import { changesGroups, diffGroups, type GroupedText } from './diff';

/** `a: x y` is text `a` with a crash in group x and one in group y. */
const texts = (...lines: string[]): GroupedText[] =>
  lines.map((line) => {
    const [id = '', rest = ''] = line.split(': ');
    const crashes = rest.split(' ').filter((text) => text !== '');
    return { id, crashes: crashes.map((groupText) => ({ groupText })) };
  });

describe('diffGroups', () => {
  it('the same groups: nothing moves', () => {
    const diff = diffGroups(texts('a: x', 'b: x y'), texts('a: x', 'b: x y'));
    expect(diff).toEqual({
      splits: [],
      merges: [],
      renames: [],
      lost: [],
      found: [],
      unpaired: [],
      unchangedGroups: 2,
      comparedCrashes: 3,
    });
    expect(changesGroups(diff)).toBe(false);
  });

  it('tells a group that would split, with the crashes of each part', () => {
    const diff = diffGroups(texts('a: x', 'b: x', 'c: x'), texts('a: x', 'b: y', 'c: y'));
    expect(diff.splits).toEqual([
      {
        group: { groupText: 'x', crashes: 3 },
        into: [
          { groupText: 'x', crashes: 1 },
          { groupText: 'y', crashes: 2 },
        ],
      },
    ]);
    expect([diff.merges, diff.renames]).toEqual([[], []]);
    expect(changesGroups(diff)).toBe(true);
  });

  it('tells groups that would merge', () => {
    const diff = diffGroups(texts('a: x', 'b: y'), texts('a: x', 'b: x'));
    expect(diff.merges).toEqual([
      {
        group: { groupText: 'x', crashes: 2 },
        outOf: [
          { groupText: 'x', crashes: 1 },
          { groupText: 'y', crashes: 1 },
        ],
      },
    ]);
    expect(diff.splits).toEqual([]);
  });

  it('tells a new name of one and the same group', () => {
    const diff = diffGroups(texts('a: x', 'b: x'), texts('a: z', 'b: z'));
    expect(diff.renames).toEqual([{ from: 'x', to: 'z', crashes: 2 }]);
    expect(diff.unchangedGroups).toBe(0);
  });

  it('tells crashes lost and found, also ahead of others in their text', () => {
    const diff = diffGroups(texts('a: x y', 'b: x'), texts('a: y', 'b: new x'));
    expect(diff.lost).toEqual([{ id: 'a', groupText: 'x' }]);
    expect(diff.found).toEqual([{ id: 'b', groupText: 'new' }]);
    expect(diff.renames).toEqual([]);
  });

  it('says nothing of texts that one side lacks', () => {
    const diff = diffGroups(texts('a: x', 'b: x'), texts('b: x', 'c: y'));
    expect(diff.unpaired).toEqual(['a', 'c']);
    expect(changesGroups(diff)).toBe(false);
  });

  it('seen from the other side, splits are merges and lost is found', () => {
    const library = fc.array(fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 4 }), { maxLength: 6 });
    const named = (all: string[][]) => texts(...all.map((c, i) => `${i}: ${c.join(' ')}`));
    fc.assert(
      fc.property(library, library, (one, other) => {
        const there = diffGroups(named(one), named(other));
        const back = diffGroups(named(other), named(one));
        expect(back.comparedCrashes).toBe(there.comparedCrashes);
        expect(back.found.length).toBe(there.lost.length);
        expect(back.unpaired).toEqual(there.unpaired);
        expect(changesGroups(back)).toBe(changesGroups(there));
      }),
      { seed: 4 },
    );
  });
});
