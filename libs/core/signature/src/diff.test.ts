import fc from 'fast-check';
import { changesGroups, diffGroups } from './diff';
import type { GroupedCrash, GroupedText } from './group-tally';

/** `a: x y` is text `a` with a crash in group x and one in group y. */
const texts = (...lines: string[]): GroupedText[] =>
  lines.map((line) => {
    const [id = '', rest = ''] = line.split(': ');
    const crashes = rest.split(' ').filter((text) => text !== '');
    return { id, crashes: crashes.map((groupText) => ({ groupText })) };
  });

const share = (groupText: string, crashes: number) => ({
  groupText,
  title: null,
  crashes,
  hosts: 0,
  incidents: [],
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
      damaged: [],
      mended: [],
      unpaired: [],
      unchangedGroups: 2,
      comparedCrashes: 3,
      damagedCrashes: 0,
    });
    expect(changesGroups(diff)).toBe(false);
  });

  it('tells a group that would split, with the crashes of each part', () => {
    const diff = diffGroups(texts('a: x', 'b: x', 'c: x'), texts('a: x', 'b: y', 'c: y'));
    expect(diff.splits).toEqual([
      {
        group: share('x', 3),
        into: [share('x', 1), share('y', 2)],
      },
    ]);
    expect([diff.merges, diff.renames]).toEqual([[], []]);
    expect(changesGroups(diff)).toBe(true);
  });

  it('tells groups that would merge', () => {
    const diff = diffGroups(texts('a: x', 'b: y'), texts('a: x', 'b: x'));
    expect(diff.merges).toEqual([
      {
        group: share('x', 2),
        outOf: [share('x', 1), share('y', 1)],
      },
    ]);
    expect(diff.splits).toEqual([]);
  });

  it('tells a new name of one and the same group', () => {
    const diff = diffGroups(texts('a: x', 'b: x'), texts('a: z', 'b: z'));
    expect(diff.renames).toEqual([{ from: share('x', 2), to: share('z', 2) }]);
    expect(diff.unchangedGroups).toBe(0);
  });

  it('tells crashes lost and found, also ahead of others in their text', () => {
    const diff = diffGroups(texts('a: x y', 'b: x'), texts('a: y', 'b: new x'));
    expect(diff.lost).toEqual([{ id: 'a', groupText: 'x', title: null, incident: null }]);
    expect(diff.found).toEqual([{ id: 'b', groupText: 'new', title: null, incident: null }]);
    expect(diff.renames).toEqual([]);
  });

  it('names incidents and titles, and counts a crash that several texts show once', () => {
    const seen = (id: string, host: string, crashId: string, incident: string): GroupedText => ({
      id,
      host,
      crashes: [{ groupText: 'x', title: 'x+1', crashId, incident }],
    });
    const read = (id: string, groupText: string): GroupedText => ({
      id,
      crashes: [{ groupText, title: `${groupText}+2` }],
    });
    const before = [
      seen('dmesg', 'web-1', 'crash-1', 'OOPS-10'),
      seen('bt', 'web-1', 'crash-1', 'OOPS-10'),
      seen('other', 'web-2', 'crash-2', 'OOPS-9'),
    ];
    const { splits } = diffGroups(before, [read('dmesg', 'x'), read('bt', 'x'), read('other', 'y')]);
    expect(splits).toEqual([
      {
        group: { groupText: 'x', title: 'x+1', crashes: 2, hosts: 2, incidents: ['OOPS-9', 'OOPS-10'] },
        into: [
          { groupText: 'x', title: 'x+2', crashes: 1, hosts: 1, incidents: ['OOPS-10'] },
          { groupText: 'y', title: 'y+2', crashes: 1, hosts: 1, incidents: ['OOPS-9'] },
        ],
      },
    ]);
  });

  it('keeps damaged crashes out of every group, and tells which become so or are no longer', () => {
    const text = (id: string, crash: GroupedCrash): GroupedText => ({ id, crashes: [crash] });
    const clean = { groupText: 'x', incident: 'OOPS-1' };
    const torn = { groupText: 'y', damaged: true, incident: 'OOPS-2' };
    const diff = diffGroups(
      [text('a', clean), text('b', clean), text('c', torn), text('d', torn)],
      [text('a', clean), text('b', torn), text('c', clean), text('d', { groupText: 'z', damaged: true })],
    );
    expect(diff).toMatchObject({
      splits: [],
      merges: [],
      renames: [],
      comparedCrashes: 1,
      damagedCrashes: 1,
    });
    expect(diff.damaged).toEqual([{ id: 'b', groupText: 'x', title: null, incident: 'OOPS-1' }]);
    expect(diff.mended).toEqual([{ id: 'c', groupText: 'x', title: null, incident: 'OOPS-2' }]);
    expect(changesGroups(diff)).toBe(true);
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
